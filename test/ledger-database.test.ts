import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEmbeddedDatabase } from '../src/database/embedded/embedded-database.ts';
import { openDatabase } from '../src/database/open-database.ts';
import { openPostgres } from '../src/database/postgres-database.ts';
import type { Database } from '../src/database/sql.ts';
import { sqlResultOutbox } from '../src/results/sql-result-outbox.ts';
import { LEDGER_KINDS, type LedgerPlace, startLedgerPlace } from './support/ledger-databases.ts';
import { asKept, composeSample, someStudy } from './support/ledger-sample.ts';

describe.each(LEDGER_KINDS)('the database of the ledger, %s', (kind) => {
  let place: LedgerPlace;
  let database: Database;
  const open = () => openDatabase({ ...place, onFault: () => undefined });
  beforeAll(async () => {
    place = await startLedgerPlace(kind);
    database = await open();
  });
  afterAll(async () => {
    await database.close();
    await place.remove();
  });

  test('rolls back a transaction that throws, and goes on', async () => {
    const outbox = sqlResultOutbox(database);
    const report = composeSample(someStudy());
    const broken = database.transaction(async (sql) => {
      await sqlResultOutbox(sql).keep(report);
      await sql.query('SELECT 1 / 0');
    });
    await expect(broken).rejects.toThrow('division by zero');
    expect(await outbox.find(report.analysisKey)).toBeNull();
  });

  test('recovers from a script that fails inside a transaction of its own', async () => {
    await expect(database.query('BEGIN; SELECT 1 / 0; COMMIT')).rejects.toThrow('division by zero');
    expect((await database.query<{ one: number }>('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  test('keeps transactions started together apart', async () => {
    const outbox = sqlResultOutbox(database);
    const reports = Array.from({ length: 20 }, () => composeSample(someStudy()));
    await Promise.all(
      reports.map((report, index) =>
        database
          .transaction(async (sql) => {
            await sqlResultOutbox(sql).keep(report);
            if (index % 2 === 1) throw new Error('odd');
          })
          .catch(() => undefined),
      ),
    );
    const found = await Promise.all(reports.map((report) => outbox.find(report.analysisKey)));
    expect(found.map((report) => report !== null)).toEqual(reports.map((_, index) => index % 2 === 0));
  });

  test('survives closing and opening, and refuses tables of a newer program', async () => {
    const report = composeSample(someStudy());
    await sqlResultOutbox(database).keep(report);
    await database.close();
    database = await open();
    const found = await sqlResultOutbox(database).find(report.analysisKey);
    expect(found).toEqual(asKept(report, false));
    await database.query(
      'UPDATE spinegrade.schema_version SET version = version + 1, compatible_from = version + 1',
    );
    await database.close();
    await expect(open()).rejects.toThrow('made by a newer spinegrade');
    database =
      place.databaseUrl === null
        ? await openEmbeddedDatabase(place.dataDir)
        : await openPostgres(place.databaseUrl, () => undefined);
    await database.query('UPDATE spinegrade.schema_version SET version = version - 1, compatible_from = 6');
  });
});

test('a PostgreSQL that does not answer is named without its password', async () => {
  const refused = openDatabase({
    dataDir: '/nonexistent',
    databaseUrl: 'postgresql://grader:hunter2@127.0.0.1:1/ledger',
    onFault: () => undefined,
  });
  const error = await refused.catch((fault: Error) => fault);
  expect(String(error)).toContain('DATABASE_URL does not answer (ECONNREFUSED)');
  expect(String(error)).not.toContain('hunter2');
});
