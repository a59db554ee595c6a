import type { Archive } from './archive.ts';
import type { DicomWebArchiveOptions } from './archive-connection.ts';
import { connectionOptions, type ServerConnection } from './connection-options.ts';
import { dicomWebArchive } from './dicomweb-archive.ts';

/** What an installation says of its archive; see `.env.example`. */
export interface ArchiveSettings {
  readonly pacs: ServerConnection & {
    readonly url: string;
    readonly roots?: Required<DicomWebArchiveOptions>['roots'];
    readonly connections: number;
    readonly requestsPerSecond: number | null;
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
  const { url, roots = {}, connections, requestsPerSecond, timeoutMs, totalTimeoutMs } = pacs;
  return {
    ...{ url, roots, connections, requestsPerSecond },
    ...connectionOptions(pacs),
    connectTimeoutMs: timeoutMs,
    headersTimeoutMs: timeoutMs,
    bodyTimeoutMs: timeoutMs,
    totalTimeoutMs,
    maxInstanceBytes: limits.maxBytes,
  };
}
