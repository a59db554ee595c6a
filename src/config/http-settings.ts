import type { SettingReader } from './setting.ts';

export interface HttpSettings {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Where probes and metrics are answered too, by plain HTTP and whoever asks; null: at the API's address alone. */
  readonly operations: { readonly host: string; readonly port: number } | null;
}

/** Where the process listens. */
export function httpSettings(settings: SettingReader): HttpSettings {
  const host = settings.text('HOST', '127.0.0.1');
  const isApart = settings.text('OPERATIONS_PORT', null) !== null;
  const operationsPort = settings.integer('OPERATIONS_PORT', 0, 0, 65_535);
  const operationsHost = settings.text('OPERATIONS_HOST', host);
  return {
    host,
    port: settings.integer('PORT', 8080, 0, 65_535),
    operations: isApart ? { host: operationsHost, port: operationsPort } : null,
  };
}
