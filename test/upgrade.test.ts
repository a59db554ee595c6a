import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgresProgram } from '../src/cli/bench/backlog/postgres-program.ts';
import { DatabaseNewerError } from '../src/database/migrate.ts';
import { MIGRATION_STEPS } from '../src/database/migration-steps.ts';
import { openDatabase } from '../src/database/open-database.ts';
import type { Database } from '../src/database/sql.ts';
import type { StudyInstanceUid } from '../src/domain/uid.ts';
import { sqlResultOutbox } from '../src/results/sql-result-outbox.ts';
import { type LedgerPlace, startLedgerPlace } from './support/ledger-databases.ts';
import { recordingEvents } from './support/ledger-events.ts';
import { openTestQueue } from './support/ledger-queue.ts';
import { INELIGIBLE } from './support/ledger-sample.ts';

const FOLDER = `${import.meta.dirname}/releases`;
const RELEASES = readdirSync(FOLDER).filter((name) => name.endsWith('.sql'));
const SETTINGS = { concurrency: 1, retryLimit: 0, retryDelayMs: 1, timeoutMs: 60_000 };

let place: LedgerPlace;
beforeAll(async () => {
  place = await startLedgerPlace('postgresql');
}, 120_000);
afterAll(() => place.remove());

/** An empty database of its own on the server. */
async function newDatabase(name: string): Promise<string> {
  await run(place.databaseUrl!, `CREATE DATABASE "${name}"`);
  return place.databaseUrl!.replace(/\/postgres$/, `/${name}`);
}

async function run(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(text).finally(() => client.end());
}

const open = (databaseUrl: string) =>
  openDatabase({ dataDir: '/nonexistent', databaseUrl, onFault: () => undefined });

/** Of the queue's library: a table a day, those of the day on which the dump was made among them. */
const DAILY = 'spinegrade_jobs.queue_stats_2*';

/** The tables, without what differs between any two dumps. */
function tablesOf(databaseUrl: string): string {
  const shape = ['--schema-only', '--no-owner', '--no-privileges', '--exclude-table', DAILY];
  const options = [...shape, '-d', databaseUrl];
  const dump = execFileSync(postgresProgram('pg_dump'), options, { encoding: 'utf8' });
  return dump.replaceAll(/^\\.*\n/gm, '');
}

async function made(databaseUrl: string): Promise<Database> {
  const database = await open(databaseUrl);
  await (await openTestQueue(database, recordingEvents().events, SETTINGS)).stop({ timeoutMs: 0 });
  return database;
}

test.each(RELEASES)(
  'the database of %s is brought to the tables of today, and nothing in it is lost',
  async (release) => {
    const fresh = await newDatabase(`fresh ${release}`);
    await (await made(fresh)).close();
    const old = await newDatabase(release);
    await run(old, readFileSync(`${FOLDER}/${release}`, 'utf8'));

    const database = await open(old);
    const queue = await openTestQueue(database, recordingEvents().events, SETTINGS);
    const states = async () => {
      const all = [1, 2, 3, 4].map((serial) => queue.ofStudy(`2.25.${serial}` as StudyInstanceUid));
      return (await Promise.all(all)).map(([latest]) => latest!);
    };
    expect((await states()).map(({ state }) => state)).toEqual(['stored', 'ineligible', 'failed', 'queued']);
    const [stored, , failed, waiting] = await states();
    expect(stored!.graded?.findings).toHaveLength(25);
    expect(stored!.objects.map(({ kind }) => kind)).toEqual(['SR', 'SC']);
    expect(failed!.failure).toMatchObject({ retryable: false });
    const { rows } = await database.query<{ key: string }>(
      'SELECT analysis_key AS key FROM spinegrade.kept_result',
    );
    const kept = await sqlResultOutbox(database).find(rows[0]!.key);
    expect(kept?.objects.map(({ bytes }) => bytes!.length)).toEqual([256, 256]);

    await queue.work(async () => INELIGIBLE);
    while ((await queue.find(waiting!.id))?.state !== 'ineligible') await delay(20);
    await queue.stop({ timeoutMs: 1000 });
    await database.close();
    expect(tablesOf(old)).toBe(tablesOf(fresh));
  },
  120_000,
);

test('a program works beside newer tables that say it can, and refuses others by words', async () => {
  const url = await newDatabase('newer');
  await (await made(url)).close();
  await run(url, 'UPDATE spinegrade.schema_version SET version = version + 3');
  await (await made(url)).close();
  await run(url, 'UPDATE spinegrade.schema_version SET compatible_from = version');
  const refused = open(url);
  await expect(refused).rejects.toThrow(DatabaseNewerError);
  const words = `of version ${MIGRATION_STEPS.length + 3}, made by a newer spinegrade`;
  await expect(refused).rejects.toThrow(words);
}, 120_000);
