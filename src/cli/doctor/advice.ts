import type { ArchiveError } from '../../dicomweb/archive.ts';

/** Which setting to look at after a fault of the archive; null where none of ours would mend it. */
export function adviceFor({ code, status }: ArchiveError): string | null {
  switch (code) {
    case 'archive-unreachable':
      return 'look at PACS_URL (name, port), at HTTPS_PROXY and NO_PROXY, and at firewalls on the way there';
    case 'archive-refuses-credentials':
      return 'set PACS_TOKEN, PACS_USERNAME and PACS_PASSWORD, or PACS_OAUTH_…, to what the archive knows this service by, with the right to query, retrieve and store';
    case 'archive-certificate-refused':
      return 'name the authority of the archive’s certificate in PACS_CA_FILE; one that has expired, or is of another name, is renewed at the archive';
    default:
      if (status === 404) return 'set PACS_URL to the DICOMweb root: the address below which /studies is';
      return status !== null && status >= 300 && status < 400
        ? 'set PACS_URL to where the archive redirects to: redirects are not followed'
        : null;
  }
}
