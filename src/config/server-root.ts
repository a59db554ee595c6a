import type { SettingReader } from './setting.ts';

/**
 * The base URL of a service, without a slash at the end. Null where the setting is not there; '', and problems more, where
 * it is no http or https URL. Credentials have settings of their own, so that no URL that is shown anywhere holds them:
 * `otherwise` says which. `such` says what stands there and gives an example.
 */
export function serverRoot(
  settings: SettingReader,
  name: string,
  { such, otherwise }: { readonly such: string; readonly otherwise: string },
): string | null {
  const text = settings.text(name, null);
  if (text === null) return null;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    settings.problems.push(`${name} must be an http or https URL, ${such}`);
    return '';
  }
  if (url.username !== '' || url.password !== '') {
    settings.problems.push(`${name} must not hold credentials: use ${otherwise}`);
  }
  if (url.search !== '' || url.hash !== '') {
    settings.problems.push(`${name} must end with the path, without a query or a fragment`);
  }
  return `${url.origin}${url.pathname}`.replace(/(?<!\/)\/+$/, '');
}
