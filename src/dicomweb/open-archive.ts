import type { Archive } from './archive.ts';
import type { DicomWebArchiveOptions } from './archive-connection.ts';
import type { Credentials } from './authorization.ts';
import { dicomWebArchive } from './dicomweb-archive.ts';

/** What an installation says of its archive; see `.env.example`. */
export interface ArchiveSettings {
  readonly pacs: {
    readonly url: string;
    readonly credentials: Credentials | { readonly kind: 'none' };
    readonly timeoutMs: number;
    readonly totalTimeoutMs: number;
  };
  readonly limits: { readonly maxBytes: number };
}

/** The archive that the settings name. */
export function openArchive(
  settings: ArchiveSettings,
  told: Pick<DicomWebArchiveOptions, 'onWay' | 'onPassedOver' | 'onExchange' | 'onCertificate'> = {},
): Archive & { close(): Promise<void> } {
  return dicomWebArchive({ ...archiveOptions(settings), ...told });
}

/** How the settings say that the archive is asked. */
export function archiveOptions({ pacs, limits }: ArchiveSettings): DicomWebArchiveOptions {
  const { credentials, timeoutMs, totalTimeoutMs } = pacs;
  return {
    url: pacs.url,
    connectTimeoutMs: timeoutMs,
    headersTimeoutMs: timeoutMs,
    bodyTimeoutMs: timeoutMs,
    totalTimeoutMs,
    maxInstanceBytes: limits.maxBytes,
    ...(credentials.kind === 'none' ? {} : { authorization: credentials }),
  };
}
