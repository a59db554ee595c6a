import type { ArchiveError } from '../../dicomweb/archive.ts';

/** Not found, method not allowed, not implemented: the archive does not know the transaction, or has it elsewhere. */
const NOT_THERE: ReadonlySet<number | null> = new Set([404, 405, 501]);

/** Which setting to look at after a fault of the archive, met in looking for `name`; null where none of ours would mend it. */
export function adviceFor({ code, status }: ArchiveError, name: string): string | null {
  switch (code) {
    case 'archive-unreachable':
      return 'look at PACS_URL (name, port), at HTTPS_PROXY and NO_PROXY, and at firewalls on the way there';
    case 'archive-refuses-credentials':
      return 'set PACS_TOKEN, PACS_USERNAME and PACS_PASSWORD, or PACS_OAUTH_…, to what the archive knows this service by, with the right to query, retrieve and store';
    case 'archive-certificate-refused':
      return 'name the authority of the archive’s certificate in PACS_CA_FILE; one that has expired, or is of another name, is renewed at the archive';
    default:
      if (NOT_THERE.has(status)) return whereItIs(name);
      return status !== null && status >= 300 && status < 400
        ? 'set PACS_URL to where the archive redirects to: redirects are not followed'
        : null;
  }
}

function whereItIs(name: string): string | null {
  if (name === 'STOW-RS') {
    return 'have the archive take objects by STOW-RS, or set PACS_STOW_URL to the root where it does';
  }
  return ['metadata', 'series', 'an MR image'].includes(name)
    ? 'have the archive answer WADO-RS, with …/metadata, or set PACS_WADO_URL to the root where it does'
    : null;
}
