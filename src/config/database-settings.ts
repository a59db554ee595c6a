import { certificatesIn } from './connection/pem-certificates.ts';
import { type RenewedText, renewedText } from './renewed-text.ts';
import { fileContent, type Secret, type SettingReader } from './setting.ts';

export interface DatabaseSettings {
  /** Folder of the embedded database. */
  readonly dataDir: string;
  /** The PostgreSQL to use in its place; null for the embedded one. */
  readonly databaseUrl: Secret | null;
  /** The certificate in PEM that is shown to that PostgreSQL (`sslcert` of DATABASE_URL); null: none is. */
  readonly databaseClientCertificate: Pick<RenewedText, 'now'> | null;
  /** Share of the embedded database's disk, in percent, below which nothing more is taken in. */
  readonly diskMinFreePercent: number;
}

/** Where ledger and queue are kept. */
export function databaseSettings(settings: SettingReader): DatabaseSettings {
  const url = databaseUrl(settings);
  return {
    dataDir: settings.text('DATA_DIR', './data'),
    databaseUrl: url,
    databaseClientCertificate: url && clientCertificate(settings, url),
    diskMinFreePercent: settings.integer('DISK_MIN_FREE_PERCENT', 2, 0, 90),
  };
}

function databaseUrl(settings: SettingReader): Secret | null {
  const url = settings.secret('DATABASE_URL');
  if (url !== null && !/^postgres(?:ql)?:$/.test(URL.parse(url.reveal())?.protocol ?? '')) {
    settings.problems.push('DATABASE_URL must be a postgresql:// URL');
  }
  return url;
}

/** The driver reads the file with every connection, so that a certificate can be renewed. */
function clientCertificate(settings: SettingReader, url: Secret): RenewedText | null {
  const file = URL.parse(url.reveal())?.searchParams.get('sslcert') ?? null;
  const name = 'sslcert of DATABASE_URL';
  const content = file === null ? null : fileContent(name, file, settings.problems);
  if (file === null || content === null) return null;
  const [shown] = certificatesIn(content);
  if (shown === undefined) settings.problems.push(`${name} must name a certificate in PEM: ${file}`);
  else if (shown.validToDate.getTime() < Date.now()) {
    settings.problems.push(
      `${name} names a certificate that expired at ${shown.validToDate.toISOString()}: ${file}`,
    );
  }
  return renewedText(file, content);
}
