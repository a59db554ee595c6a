import { ConfigError } from '../../config/config-error.ts';
import { databaseSettings } from '../../config/database-settings.ts';
import { fileEnvironment } from '../../config/environment.ts';
import { settingReader } from '../../config/setting.ts';
import { Fault, faultInWords } from '../../domain/fault.ts';

/** A command on the embedded database of the settings and one file, `-` for a stream: 0 done, 1 not, 2 misuse. */
export async function withEmbeddedFolder(
  [file, ...more]: string[],
  { name, usage }: { readonly name: string; readonly usage: string },
  run: (dataDir: string, file: string) => Promise<void>,
): Promise<number> {
  if (file === undefined || more.length > 0 || (file.startsWith('-') && file !== '-')) {
    process.stderr.write(usage);
    return 2;
  }
  try {
    await run(embeddedFolder(), file);
    return 0;
  } catch (cause) {
    process.stderr.write(`${name}: ${inWords(cause)}\n`);
    return 1;
  }
}

/** The folder of the embedded database that the settings name. @throws ConfigError; Error where they name a PostgreSQL */
function embeddedFolder(): string {
  const settings = settingReader(fileEnvironment());
  const { dataDir, databaseUrl } = databaseSettings(settings);
  if (settings.problems.length > 0) throw new ConfigError(settings.problems);
  if (databaseUrl !== null) {
    throw new Error('DATABASE_URL names a PostgreSQL: use pg_dump and pg_restore (docs/operations.md)');
  }
  return dataDir;
}

/** What went wrong, with its code where it has one. */
function inWords(cause: unknown): string {
  if (cause instanceof Fault) return faultInWords(cause);
  return cause instanceof Error ? cause.message : String(cause);
}
