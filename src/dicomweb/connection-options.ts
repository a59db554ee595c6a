import type { DicomWebArchiveOptions } from './archive-connection.ts';
import type { RenewableText } from './connection/authorization.ts';

/** What an installation says of how a server is asked; see `.env.example`. */
export interface ServerConnection {
  readonly credentials: Required<DicomWebArchiveOptions>['authorization'] | { readonly kind: 'none' };
  readonly headers?: DicomWebArchiveOptions['headers'] | null;
  readonly tls?: DicomWebArchiveOptions['tls'];
  readonly proxies?: {
    readonly http: RenewableText | null;
    readonly https: RenewableText | null;
    readonly except: string;
  } | null;
}

type ConnectionOptions = Pick<DicomWebArchiveOptions, 'authorization' | 'headers' | 'tls' | 'proxies'>;

/** How the settings say that a server is asked. */
export function connectionOptions({
  credentials,
  headers,
  tls = null,
  proxies,
}: ServerConnection): ConnectionOptions {
  return {
    tls,
    proxies: proxies
      ? {
          http: proxies.http?.reveal() ?? null,
          https: proxies.https?.reveal() ?? null,
          except: proxies.except,
        }
      : null,
    ...(credentials.kind === 'none' ? {} : { authorization: credentials }),
    ...(headers ? { headers } : {}),
  };
}
