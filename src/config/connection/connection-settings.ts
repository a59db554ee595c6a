import type { SettingReader } from '../setting.ts';
import type { ProxySettings } from './proxies.ts';
import { type ServerCredentials, serverCredentials } from './server-credentials.ts';
import { serverHeaders } from './server-headers.ts';
import { type ServerTls, serverTls } from './server-tls.ts';

/** How a server is asked that knows who asks. */
export interface ConnectionSettings {
  readonly credentials: ServerCredentials;
  /** With every request, as they are now; null: none. */
  readonly headers: (() => Readonly<Record<string, string>>) | null;
  readonly tls: ServerTls | null;
  readonly proxies: ProxySettings | null;
}

/** Of the server whose settings have the prefix. @param proxies which go for every server */
export function connectionSettings(
  settings: SettingReader,
  prefix: string,
  proxies: ProxySettings | null,
): ConnectionSettings {
  return {
    credentials: serverCredentials(settings, prefix),
    headers: serverHeaders(settings, prefix),
    tls: serverTls(settings, prefix),
    proxies,
  };
}
