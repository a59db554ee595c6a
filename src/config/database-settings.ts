import type { Secret, SettingReader } from './setting.ts';

export interface DatabaseSettings {
  /** Folder of the embedded database. */
  readonly dataDir: string;
  /** The PostgreSQL to use in its place; null for the embedded one. */
  readonly databaseUrl: Secret | null;
  /** Share of the embedded database's disk, in percent, below which nothing more is taken in. */
  readonly diskMinFreePercent: number;
}

/** Where ledger and queue are kept. */
export function databaseSettings(settings: SettingReader): DatabaseSettings {
  return {
    dataDir: settings.text('DATA_DIR', './data'),
    databaseUrl: databaseUrl(settings),
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
