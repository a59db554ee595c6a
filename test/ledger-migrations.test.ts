import { expect, test } from 'vitest';
import { openEmbeddedDatabase } from '../src/database/embedded/embedded-database.ts';
import { migrate } from '../src/database/migrate.ts';
import { findAnalysis } from '../src/jobs/ledger/find-analyses.ts';
import { sqlResultOutbox } from '../src/results/sql-result-outbox.ts';
import { startLedgerPlace } from './support/ledger-databases.ts';
import { GRADED, someStudy } from './support/ledger-sample.ts';

/** An embedded database with the tables of an earlier version. */
async function ofVersion(version: number, dataDir: string) {
  const database = await openEmbeddedDatabase(dataDir);
  await database.query('DROP SCHEMA IF EXISTS spinegrade CASCADE');
  await migrate(database, version);
  return database;
}

test('keeps what was graded once from version 4 on, and loses none of it', async () => {
  const place = await startLedgerPlace('embedded');
  const database = await ofVersion(4, place.dataDir);
  const study = someStudy();
  const id = (serial: number) => `00000000-0000-4000-8000-00000000000${serial}`;
  const withNote = (note: string) => ({ ...GRADED, warnings: [note] });
  const keep = (key: string, graded: unknown, object: string) =>
    database.query(
      `WITH kept AS (INSERT INTO spinegrade.kept_result (analysis_key, study_instance_uid, graded) VALUES ($1, $2, $3)
         RETURNING analysis_key)
       INSERT INTO spinegrade.kept_object (sop_instance_uid, analysis_key, position, kind, series_instance_uid, gzipped,
         bytes) SELECT $4, analysis_key, 0, 'SC', '2.25.9', false, '' FROM kept`,
      [key, study, JSON.stringify(graded), object],
    );
  const record = (serial: number, graded: unknown, key: string | null, object: string | null) =>
    database.query(
      `INSERT INTO spinegrade.analysis (id, study_instance_uid, trigger, state, job_id, graded, report, objects)
       VALUES ($1, $2, 'api', 'stored', $1, $3, $4, $5)`,
      [
        id(serial),
        study,
        JSON.stringify(graded),
        key && JSON.stringify({ analysisKey: key, seriesInstanceUid: '2.25.8', sopInstanceUid: object }),
        JSON.stringify(object === null ? [] : [{ kind: 'SC', sopInstanceUid: object }]),
      ],
    );
  await keep('with a report', withNote('a'), '2.25.1');
  await record(1, withNote('a'), 'with a report', '2.25.1');
  await keep('without one', withNote('b'), '2.25.2');
  await record(2, withNote('b'), null, '2.25.2');
  await record(3, withNote('gone from the outbox'), 'gone', '2.25.3');
  await record(4, withNote('other than in the outbox'), 'with a report', '2.25.1');
  await record(5, withNote('without any object'), null, null);
  await migrate(database);
  const notes = await Promise.all(
    [1, 2, 3, 4, 5].map(async (serial) => (await findAnalysis(database, id(serial)))?.graded),
  );
  const told = ['a', 'b', 'gone from the outbox', 'other than in the outbox', 'without any object'];
  expect(notes).toEqual(told.map(withNote));
  const { rows } = await database.query(
    `SELECT analysis_key AS key FROM spinegrade.kept_result ORDER BY key`,
  );
  const made = [3, 4, 5].map((serial) => ({ key: `analysis ${id(serial)}` }));
  expect(rows).toEqual([...made, { key: 'with a report' }, { key: 'without one' }]);
  expect(await sqlResultOutbox(database).storedReports(study)).toEqual([]);
  await database.close();
  await place.remove();
}, 180_000);

test('takes over the reports that version 1 kept, and what it recorded of them', async () => {
  const place = await startLedgerPlace('embedded');
  const database = await ofVersion(1, place.dataDir);
  const study = someStudy();
  await database.query(
    `INSERT INTO spinegrade.kept_report (analysis_key, study_instance_uid, series_instance_uid, sop_instance_uid, bytes,
       graded, stored) VALUES ('key', $1, '2.25.1', '2.25.2', decode('AQID', 'base64'), $2, true)`,
    [study, JSON.stringify(GRADED)],
  );
  const report = { analysisKey: 'key', seriesInstanceUid: '2.25.1', sopInstanceUid: '2.25.2' };
  const id = '00000000-0000-4000-8000-000000000001';
  await database.query(
    `INSERT INTO spinegrade.analysis (id, study_instance_uid, trigger, state, job_id, report)
     VALUES ($1, $2, 'api', 'stored', $1, $3)`,
    [id, study, JSON.stringify(report)],
  );
  await migrate(database);
  const outbox = sqlResultOutbox(database);
  const { analysisKey, ...reference } = report;
  const object = { kind: 'SR', ...reference, bytes: new Uint8Array([1, 2, 3]), stored: true, warning: null };
  const kept = { analysisKey, studyInstanceUid: study, graded: GRADED, predecessors: [], objects: [object] };
  expect(await outbox.find('key')).toEqual(kept);
  expect(await outbox.storedReports(study)).toEqual([reference]);
  expect(await findAnalysis(database, id)).toMatchObject({
    report,
    objects: [{ kind: 'SR', ...reference, warning: null }],
    predecessors: [],
  });
  await database.close();
  await place.remove();
}, 180_000);
