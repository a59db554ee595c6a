import { HOUR, MINUTE, SECOND } from './duration.ts';
import type { Secret, SettingReader } from './setting.ts';

export type PacsCredentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer'; readonly token: Secret }
  | { readonly kind: 'basic'; readonly username: string; readonly password: Secret };

export interface PacsSettings {
  /** DICOMweb root without credentials, query, fragment or a slash at the end. */
  readonly url: string;
  readonly credentials: PacsCredentials;
  /** Longest silence. */
  readonly timeoutMs: number;
  /** Whole duration of one request. */
  readonly totalTimeoutMs: number;
}

/** The archive, and how it is asked. */
export function pacsSettings(settings: SettingReader): PacsSettings {
  return {
    url: pacsUrl(settings),
    credentials: pacsCredentials(settings),
    timeoutMs: settings.integer('PACS_TIMEOUT_MS', MINUTE, SECOND, HOUR),
    totalTimeoutMs: settings.integer('PACS_TOTAL_TIMEOUT_MS', 10 * MINUTE, SECOND, 23 * HOUR),
  };
}

/** DICOMweb root without credentials, query, fragment or a slash at the end; '' where the settings do not give one. */
function pacsUrl(settings: SettingReader): string {
  const text = settings.text('PACS_URL', null);
  const example = 'such as http://pacs.example:8042/dicom-web';
  if (text === null) {
    settings.problems.push(`PACS_URL is missing: the DICOMweb root of the archive, ${example}`);
    return '';
  }
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    settings.problems.push(`PACS_URL must be an http or https URL, ${example}`);
    return '';
  }
  if (url.username !== '' || url.password !== '') {
    settings.problems.push(
      'PACS_URL must not hold credentials: use PACS_USERNAME and PACS_PASSWORD, or PACS_TOKEN',
    );
  }
  if (url.search !== '' || url.hash !== '') {
    settings.problems.push('PACS_URL must end with the path, without a query or a fragment');
  }
  return `${url.origin}${url.pathname}`.replace(/(?<!\/)\/+$/, '');
}

/** A token, or a name and a password, or neither. Those from a file are what the file holds whenever they are revealed. */
function pacsCredentials(settings: SettingReader): PacsCredentials {
  const token = settings.secret('PACS_TOKEN');
  const username = settings.text('PACS_USERNAME', null);
  const password = settings.secret('PACS_PASSWORD');
  if (token !== null && (username !== null || password !== null)) {
    settings.problems.push('PACS_TOKEN and PACS_USERNAME/PACS_PASSWORD exclude each other');
  }
  if (token !== null) return { kind: 'bearer', token };
  if (username !== null && password !== null) return { kind: 'basic', username, password };
  if (username !== null) settings.problems.push('PACS_USERNAME is set without PACS_PASSWORD');
  if (password !== null) settings.problems.push('PACS_PASSWORD is set without PACS_USERNAME');
  return { kind: 'none' };
}
