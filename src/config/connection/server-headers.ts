import { keyValues } from '../../observe/traces/key-values.ts';
import type { SettingReader } from '../setting.ts';

/** The service writes these itself, or the connection does. */
const OURS = new Set(
  'accept accept-encoding authorization connection content-length content-type host keep-alive proxy-authorization te transfer-encoding upgrade'.split(
    ' ',
  ),
);

/** Headers of every request to the server, as they are now; null: none. Their values are secrets. */
export function serverHeaders(
  settings: SettingReader,
  prefix: string,
): (() => Readonly<Record<string, string>>) | null {
  const secret = settings.secret(`${prefix}_HEADERS`);
  if (secret === null) return null;
  let text = secret.reveal();
  const first = keyValues(text);
  if (first === null || !isOthers(first)) {
    settings.problems.push(
      `${prefix}_HEADERS must be a list such as name=value,other=value, values percent-encoded, of headers that the service does not write itself`,
    );
    return null;
  }
  let headers = first;
  return () => {
    const now = secret.reveal();
    if (now !== text) {
      text = now;
      const anew = keyValues(now);
      if (anew !== null && isOthers(anew)) headers = anew;
    }
    return headers;
  };
}

function isOthers(headers: Readonly<Record<string, string>>): boolean {
  return Object.entries(headers).every(
    // Header fields carry ISO 8859-1 at most (RFC 9110 5.5).
    ([name, value]) => !OURS.has(name.toLowerCase()) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value),
  );
}
