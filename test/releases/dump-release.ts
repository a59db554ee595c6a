/**
 * Prints what a release of the program leaves in a PostgreSQL, as SQL: the tables of ledger and queue, with a study of
 * every state. Run once a release, and kept beside this file: `node test/releases/dump-release.ts > test/releases/X.sql`.
 * test/upgrade.test.ts brings every one of them to the present version.
 */
import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { postgresProgram } from '../../src/cli/bench/backlog/postgres-program.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import type { StudyInstanceUid } from '../../src/domain/uid.ts';
import { startLedgerPlace } from '../support/ledger-databases.ts';
import { recordingEvents } from '../support/ledger-events.ts';
import { openTestQueue } from '../support/ledger-queue.ts';
import { INELIGIBLE, keptOutcome } from '../support/ledger-sample.ts';

const study = (serial: number) => `2.25.${serial}` as StudyInstanceUid;
const STORED = study(1);
const INELIGIBLE_STUDY = study(2);
const FAILED = study(3);
const QUEUED = study(4);

const place = await startLedgerPlace('postgresql');
try {
  const database = await openDatabase({ ...place, onFault: () => undefined });
  const settings = { concurrency: 1, retryLimit: 0, retryDelayMs: 1, timeoutMs: 60_000 };
  const queue = await openTestQueue(database, recordingEvents().events, settings);
  const ids = [];
  for (const each of [STORED, INELIGIBLE_STUDY, FAILED]) ids.push((await queue.submit(each, 'watch')).id);
  await queue.work(async (each) => {
    if (each === FAILED) throw new Error('a defect');
    return each === STORED ? keptOutcome(database, each) : INELIGIBLE;
  });
  for (const id of ids) while ((await queue.find(id))?.finishedAt === null) await delay(20);
  await queue.stop({ timeoutMs: 1000 });
  const resting = await openTestQueue(database, recordingEvents().events, settings);
  await resting.submit(QUEUED, 'api');
  await resting.stop({ timeoutMs: 0 });
  await database.query(
    `INSERT INTO spinegrade.watched_study (study_instance_uid, fingerprint, first_seen_at, changed_at)
     VALUES ('2.25.5', 'a', now(), now())`,
  );
  await database.close();
  const options = ['--inserts', '--no-owner', '--no-privileges', '-d', place.databaseUrl!];
  const dump = execFileSync(postgresProgram('pg_dump'), options, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  // Commands of psql, which newer versions write around a dump.
  process.stdout.write(dump.replaceAll(/^\\.*\n/gm, ''));
} finally {
  await place.remove();
}
