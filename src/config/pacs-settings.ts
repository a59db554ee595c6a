import { type ConnectionSettings, connectionSettings } from './connection/connection-settings.ts';
import type { ProxySettings } from './connection/proxies.ts';
import { HOUR, MINUTE, SECOND } from './duration.ts';
import { serverRoot } from './server-root.ts';
import type { SettingReader } from './setting.ts';

export interface PacsSettings extends ConnectionSettings {
  /** DICOMweb root without credentials, query, fragment or a slash at the end. */
  readonly url: string;
  /** Of transactions that have a root of their own. */
  readonly roots: { readonly qido?: string; readonly wado?: string; readonly stow?: string };
  /** For bulk transfers, and as many again for small requests. */
  readonly connections: number;
  /** At most, of this process; null: as they come. */
  readonly requestsPerSecond: number | null;
  /** Longest silence. */
  readonly timeoutMs: number;
  /** Whole duration of one request. */
  readonly totalTimeoutMs: number;
}

/** The archive, and how it is asked. */
export function pacsSettings(settings: SettingReader, proxies: ProxySettings | null): PacsSettings {
  const [qido, wado, stow] = ['PACS_QIDO_URL', 'PACS_WADO_URL', 'PACS_STOW_URL'].map((name) =>
    pacsUrl(settings, name),
  );
  const requestsPerSecond = settings.integer('PACS_REQUESTS_PER_SECOND', 0, 0, 10_000);
  return {
    url: pacsUrl(settings, 'PACS_URL') ?? missing(settings),
    roots: { ...(qido && { qido }), ...(wado && { wado }), ...(stow && { stow }) },
    ...connectionSettings(settings, 'PACS', proxies),
    connections: settings.integer('PACS_CONNECTIONS', 8, 1, 256),
    requestsPerSecond: requestsPerSecond === 0 ? null : requestsPerSecond,
    timeoutMs: settings.integer('PACS_TIMEOUT_MS', MINUTE, SECOND, HOUR),
    totalTimeoutMs: settings.integer('PACS_TOTAL_TIMEOUT_MS', 10 * MINUTE, SECOND, 23 * HOUR),
  };
}

const EXAMPLE = 'such as http://pacs.example:8042/dicom-web';

function missing(settings: SettingReader): string {
  settings.problems.push(`PACS_URL is missing: the DICOMweb root of the archive, ${EXAMPLE}`);
  return '';
}

const pacsUrl = (settings: SettingReader, name: string): string | null =>
  serverRoot(settings, name, {
    such: EXAMPLE,
    otherwise: 'PACS_USERNAME and PACS_PASSWORD, or PACS_TOKEN',
  });
