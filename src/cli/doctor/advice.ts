import type { ArchiveError } from '../../dicomweb/archive.ts';
import { MediaTypeFault } from '../../dicomweb/archive-ways.ts';

/** Not found, method not allowed, not implemented: the archive does not know the transaction, or has it elsewhere. */
const NOT_THERE: ReadonlySet<number | null> = new Set([404, 405, 501]);

/** Which setting to look at after a fault of the archive, met in looking for `name`; null where none of ours would mend it. */
export function adviceFor(fault: ArchiveError, name: string): string | null {
  const { code, status } = fault;
  switch (code) {
    case 'archive-unreachable':
      return 'look at PACS_URL (name, port), at HTTPS_PROXY and NO_PROXY, and at firewalls on the way there';
    case 'archive-refuses-credentials':
      return 'set PACS_TOKEN, PACS_USERNAME and PACS_PASSWORD, or PACS_OAUTH_…, to what the archive knows this service by, with the right to query, retrieve and store';
    case 'archive-certificate-refused':
      return 'name the authority of the archive’s certificate in PACS_CA_FILE; one that has expired, or is of another name, is renewed at the archive';
    default:
      // A server may have a page for every address that it does not know.
      if (NOT_THERE.has(status) || fault instanceof MediaTypeFault) return whereItIs(name);
      return status !== null && status >= 300 && status < 400
        ? 'set PACS_URL to where the archive redirects to: redirects are not followed'
        : null;
  }
}

/** Where the worklist does not answer. */
export const WORKLIST_AWAY =
  'look at WORKLIST_URL (name, port, certificate), and at firewalls on the way there';

/** Where it takes nothing. */
export const STOW =
  'have the archive take objects by STOW-RS, or set PACS_STOW_URL to the root where it does';

function whereItIs(name: string): string | null {
  if (name === 'STOW-RS') return STOW;
  return ['metadata', 'series', 'an MR image', 'read back'].includes(name)
    ? 'have the archive answer WADO-RS of whole instances, with …/metadata, or set PACS_WADO_URL to the root where it does'
    : null;
}
