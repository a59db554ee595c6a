import { Secret, type SettingReader } from '../setting.ts';

/** On the way to the archive, to the worklist and to their token endpoints, by the names that platforms set for every program. */
export interface ProxySettings {
  /** Their addresses may hold passwords. */
  readonly http: Secret | null;
  readonly https: Secret | null;
  /** Hosts that are reached without. */
  readonly except: string;
}

/** This machine is never reached by a proxy. */
const LOOPBACK = 'localhost,127.0.0.1,::1';

/** Null where none is named. */
export function proxySettings(settings: SettingReader): ProxySettings | null {
  const http = proxy(settings, 'HTTP_PROXY');
  const https = proxy(settings, 'HTTPS_PROXY');
  const except = settings.text('NO_PROXY', null);
  if (http === null && https === null) return null;
  return { http, https, except: except === null ? LOOPBACK : `${LOOPBACK},${except}` };
}

function proxy(settings: SettingReader, name: string): Secret | null {
  const text = settings.text(name, null);
  if (text === null) return null;
  // Many programs take a host and a port for one.
  const address = /^[\w.-]+:\d+$/.test(text) ? `http://${text}` : text;
  const url = URL.parse(address);
  if (url !== null && /^https?:$/.test(url.protocol)) return new Secret(address);
  settings.problems.push(`${name} must be an http or https URL, such as http://proxy.example:3128`);
  return null;
}
