import type { SettingReader } from './setting.ts';

/** In PEM, as they are now. */
interface TlsFiles {
  readonly certificate: () => string;
  readonly key: () => string;
  readonly clientAuthorities: (() => string) | null;
}

export interface HttpSettings {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Null: HTTP in the clear. */
  readonly tls: TlsFiles | null;
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
    tls: tlsFiles(settings),
    operations: isApart ? { host: operationsHost, port: operationsPort } : null,
  };
}

/** TLS; null: HTTP in the clear. */
function tlsFiles(settings: SettingReader): TlsFiles | null {
  const certificate = settings.secret('TLS_CERT');
  const key = settings.secret('TLS_KEY');
  const authorities = settings.secret('TLS_CLIENT_CA');
  if ((certificate === null) !== (key === null)) {
    settings.problems.push('TLS_CERT and TLS_KEY are set together or not at all');
  }
  if (authorities !== null && certificate === null) {
    settings.problems.push('TLS_CLIENT_CA is set without TLS_CERT and TLS_KEY');
  }
  if (certificate === null || key === null) return null;
  return {
    certificate: () => certificate.reveal(),
    key: () => key.reveal(),
    clientAuthorities: authorities && (() => authorities.reveal()),
  };
}
