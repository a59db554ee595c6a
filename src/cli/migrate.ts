import { Registry } from 'prom-client';
import { ConfigError } from '../config/config-error.ts';
import { databaseSettings } from '../config/database-settings.ts';
import { fileEnvironment } from '../config/environment.ts';
import { settingReader } from '../config/setting.ts';
import { openDatabase } from '../database/open-database.ts';
import { Fault, faultInWords } from '../domain/fault.ts';
import { openJobBoard } from '../jobs/job-board.ts';
import { createEvents } from '../observe/events/events.ts';

const USAGE = `usage: npm run -s cli -- migrate

Brings the tables of ledger and queue to this version of the program, in the database that DATABASE_URL or DATA_DIR
names (.env or the environment), and ends. The service does the same at its start; run by itself it is done once, before
processes of the new version take work.

Exit code 0: the tables are those of this version, or newer ones that it can work beside. 1: they are not. 2: misuse.
`;

/** `migrate`: the tables of this version, made or brought up to date. */
export async function migrateCommand(args: string[]): Promise<number> {
  if (args.length > 0) {
    process.stderr.write(USAGE);
    return 2;
  }
  try {
    await migrateTables();
    return 0;
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    process.stderr.write(`migrate: ${faultInWords(cause)}\n`);
    return cause instanceof ConfigError ? 2 : 1;
  }
}

async function migrateTables(): Promise<void> {
  const settings = settingReader(fileEnvironment());
  const { dataDir, databaseUrl } = databaseSettings(settings);
  if (settings.problems.length > 0) throw new ConfigError(settings.problems);
  const events = createEvents({ logLevel: 'warn', registry: new Registry(), studyUids: 'pseudonym' });
  const onFault = (error: Error) => events.databaseFault(error);
  const database = await openDatabase({ dataDir, databaseUrl: databaseUrl?.reveal() ?? null, onFault });
  try {
    const board = await openJobBoard(database, events, { longestDelaySeconds: 600, heartbeatSeconds: 30 });
    await board.close();
  } finally {
    await database.close();
  }
}
