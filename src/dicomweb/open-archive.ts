import type { Archive } from './archive.ts';
import type { DicomWebArchiveOptions } from './archive-connection.ts';
import type { RenewableText } from './connection/authorization.ts';
import { dicomWebArchive } from './dicomweb-archive.ts';

/** What an installation says of its archive; see `.env.example`. */
export interface ArchiveSettings {
  readonly pacs: {
    readonly url: string;
    readonly roots?: Required<DicomWebArchiveOptions>['roots'];
    readonly credentials: Required<DicomWebArchiveOptions>['authorization'] | { readonly kind: 'none' };
    readonly headers?: DicomWebArchiveOptions['headers'] | null;
    readonly tls?: DicomWebArchiveOptions['tls'];
    readonly proxies?: {
      readonly http: RenewableText | null;
      readonly https: RenewableText | null;
      readonly except: string;
    } | null;
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
  const { url, roots = {}, credentials, headers, tls = null, proxies, connections, requestsPerSecond } = pacs;
  const { timeoutMs, totalTimeoutMs } = pacs;
  return {
    ...{ url, roots, tls, connections, requestsPerSecond },
    proxies: proxies
      ? {
          http: proxies.http?.reveal() ?? null,
          https: proxies.https?.reveal() ?? null,
          except: proxies.except,
        }
      : null,
    connectTimeoutMs: timeoutMs,
    headersTimeoutMs: timeoutMs,
    bodyTimeoutMs: timeoutMs,
    totalTimeoutMs,
    maxInstanceBytes: limits.maxBytes,
    ...(credentials.kind === 'none' ? {} : { authorization: credentials }),
    ...(headers ? { headers } : {}),
  };
}
