import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../src/database/open-database.ts';
import type { Database } from '../src/database/sql.ts';
import type { StudyInstanceUid } from '../src/domain/uid.ts';
import { type LedgerPlace, startLedgerPlace } from './support/ledger-databases.ts';
import { recordingEvents } from './support/ledger-events.ts';
import { openTestQueue } from './support/ledger-queue.ts';
import { someStudy } from './support/ledger-sample.ts';

const SETTINGS = { concurrency: 1, retryLimit: 0, retryDelayMs: 10, timeoutMs: 60_000 };

function startChild(place: LedgerPlace): ChildProcess {
  const program = join(import.meta.dirname, 'support/ledger-child.ts');
  const where = [place.dataDir, place.databaseUrl ?? '', join(place.dataDir, 'archive.txt')];
  return spawn(process.execPath, [program, ...where], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Kills the child, as it stands, once it has printed what `enough` waits for. */
async function killWhen(child: ChildProcess, enough: (output: string) => boolean): Promise<void> {
  const ended = once(child, 'exit');
  let output = '';
  for await (const chunk of child.stdout!) {
    output += String(chunk);
    if (enough(output)) break;
  }
  child.kill('SIGKILL');
  await ended;
}

const lines = (count: number) => (output: string) => output.split('\n').length > count;

async function submitAll(database: Database, studies: readonly StudyInstanceUid[]): Promise<void> {
  const queue = await openTestQueue(database, recordingEvents().events, SETTINGS);
  for (const study of studies) await queue.submit(study, 'watch');
  await queue.stop({ timeoutMs: 0 });
}

/** The two things promised: every analysis is stored, and its archive got one of each object, however often. */
async function expectOneReportEach(place: LedgerPlace, database: Database, studies: readonly string[]) {
  const records = await database.query<{
    state: string;
    objects: { sopInstanceUid: string }[];
    study: string;
  }>(`SELECT state, objects, study_instance_uid AS study FROM spinegrade.analysis`);
  expect(records.rows.map(({ state }) => state)).toEqual(studies.map(() => 'stored'));
  const deliveries = readFileSync(join(place.dataDir, 'archive.txt'), 'utf8').trim().split('\n');
  const delivered = [...new Set(deliveries)].sort();
  const recorded = records.rows.flatMap(({ study, objects }) =>
    objects.map(({ sopInstanceUid }) => `${study} ${sopInstanceUid}`),
  );
  expect(recorded).toHaveLength(2 * studies.length);
  expect(delivered).toEqual(recorded.sort());
  const kept = await database.query<{ stored: boolean }>(
    'SELECT stored_at IS NOT NULL AS stored FROM spinegrade.kept_object',
  );
  expect(kept.rows).toEqual(recorded.map(() => ({ stored: true })));
}

test('killed again and again, an embedded ledger gives every study exactly one report', async () => {
  const place = await startLedgerPlace('embedded');
  const studies = Array.from({ length: 12 }, someStudy);
  const open = () => openDatabase({ ...place, onFault: () => undefined });
  let database = await open();
  await submitAll(database, studies);
  await database.close();

  // 1: as soon as it works; more: in the middle of the first, second … stage.
  for (const count of [1, 2, 3, 4, 5]) await killWhen(startChild(place), lines(count));

  database = await open();
  const left = await database.query<{ open: number }>(
    `SELECT count(*)::int AS open FROM spinegrade.analysis WHERE state IN ('queued', 'running')`,
  );
  expect(left.rows[0]!.open).toBeGreaterThan(0);
  await database.close();

  await killWhen(startChild(place), (output) => output.endsWith('idle\n'));
  database = await open();
  await expectOneReportEach(place, database, studies);
  await database.close();
  await place.remove();
}, 300_000);

test('on PostgreSQL another process takes over what a killed one ran', async () => {
  const place = await startLedgerPlace('postgresql');
  const studies = Array.from({ length: 4 }, someStudy);
  const database = await openDatabase({ ...place, onFault: () => undefined });
  await submitAll(database, studies);
  await killWhen(startChild(place), lines(2));
  const running = await database.query(`SELECT id FROM spinegrade.analysis WHERE state = 'running'`);
  expect(running.rows.length).toBeGreaterThan(0);

  await killWhen(startChild(place), (output) => output.endsWith('idle\n'));
  await expectOneReportEach(place, database, studies);
  await database.close();
  await place.remove();
}, 300_000);
