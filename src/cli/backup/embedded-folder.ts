import { ConfigError } from '../../config/config-error.ts';
import { databaseSettings } from '../../config/database-settings.ts';
import { fileEnvironment } from '../../config/environment.ts';
import { settingReader } from '../../config/setting.ts';
import { Fault } from '../../domain/fault.ts';

/** The folder of the embedded database that the settings name. @throws ConfigError; Error where they name a PostgreSQL */
export function embeddedFolder(): string {
  const settings = settingReader(fileEnvironment());
  const { dataDir, databaseUrl } = databaseSettings(settings);
  if (settings.problems.length > 0) throw new ConfigError(settings.problems);
  if (databaseUrl !== null) {
    throw new Error('DATABASE_URL names a PostgreSQL: use pg_dump and pg_restore (docs/operations.md)');
  }
  return dataDir;
}

/** What went wrong, with its code where it has one. */
export function inWords(cause: unknown): string {
  if (cause instanceof Fault) return `${cause.message} [${cause.code}]`;
  return cause instanceof Error ? cause.message : String(cause);
}
