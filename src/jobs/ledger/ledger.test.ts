import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LEDGER_KINDS, type LedgerPlace, startLedgerPlace } from '../../../test/support/ledger-databases.ts';
import { asKept, composeSample, GRADED, someStudy } from '../../../test/support/ledger-sample.ts';
import { openEmbeddedDatabase } from '../../database/embedded/embedded-database.ts';
import { migrate } from '../../database/migrate.ts';
import { openDatabase } from '../../database/open-database.ts';
import type { Database } from '../../database/sql.ts';
import { sqlResultOutbox } from '../../results/sql-result-outbox.ts';
import { createWatchLedger } from '../../watch/watch-ledger.ts';
import { findAnalysis } from './find-analyses.ts';

describe.each(LEDGER_KINDS)('the ledger on %s', (kind) => {
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

  test('keeps the first results of a key, to the byte, and marks each object stored', async () => {
    const outbox = sqlResultOutbox(database);
    const study = someStudy();
    const [first, second] = [composeSample(study), composeSample(study)];
    expect(second.objects[0]!.sopInstanceUid).not.toBe(first.objects[0]!.sopInstanceUid);
    expect(await outbox.keep(first)).toEqual(asKept(first, false));
    expect(await outbox.find(first.analysisKey)).toEqual(asKept(first, false));
    expect(await outbox.keep(second)).toEqual(asKept(first, false));
    await outbox.markStored(first.objects[1]!.sopInstanceUid, 'B000H coercion of data elements');
    const half = await outbox.find(first.analysisKey);
    expect(half?.objects).toMatchObject([
      { kind: 'SR', stored: false, warning: null },
      { kind: 'SC', stored: true, warning: 'B000H coercion of data elements' },
    ]);
    expect(half?.graded).toEqual(GRADED);
    expect(await outbox.find('unknown')).toBeNull();
  });

  test('tells the reports of a study that the archive has, the latest first', async () => {
    const outbox = sqlResultOutbox(database);
    const study = someStudy();
    const three = ['a', 'b', 'c'].map((analysisKey) => ({
      ...composeSample(study),
      analysisKey: `${study} ${analysisKey}`,
    }));
    for (const results of three) await outbox.keep(results);
    expect(await outbox.storedReports(study)).toEqual([]);
    for (const { objects } of three.slice(0, 2)) {
      for (const { sopInstanceUid } of objects) await outbox.markStored(sopInstanceUid, null);
    }
    const references = three.map(({ objects: [report] }) => ({
      seriesInstanceUid: report!.seriesInstanceUid,
      sopInstanceUid: report!.sopInstanceUid,
    }));
    expect(await outbox.storedReports(study)).toEqual([references[1], references[0]]);
    // Stored before, found again: its place in the order stays.
    await outbox.markStored(references[0]!.sopInstanceUid, null);
    expect(await outbox.storedReports(study)).toEqual([references[1], references[0]]);
    const next = await outbox.keep({ ...three[2]!, analysisKey: 'd', objects: [], predecessors: references });
    expect(next.predecessors).toEqual(references);
  });

  test('counts refusals of an object for one reason, and forgets them once it is stored', async () => {
    const outbox = sqlResultOutbox(database);
    const { objects } = await outbox.keep(composeSample(someStudy()));
    const [{ sopInstanceUid: uid }, { sopInstanceUid: other }] = objects as [
      (typeof objects)[0],
      (typeof objects)[0],
    ];
    expect(await outbox.noteRefusal(uid, '0110H')).toBe(1);
    expect(await outbox.noteRefusal(other, '0110H')).toBe(1);
    expect(await outbox.noteRefusal(uid, '0122H')).toBe(1);
    expect(await outbox.noteRefusal(uid, '0122H')).toBe(2);
    await outbox.markStored(uid, null);
    expect(await outbox.noteRefusal(uid, '0122H')).toBe(1);
  });

  test('remembers the watched studies, the awaited ones apart, and the cursor', async () => {
    const watch = createWatchLedger(database, { longestLookMs: 60_000 });
    expect(await watch.cursor()).toBeNull();
    const at = new Date('2024-05-06T07:08:09.123Z');
    await watch.saveCursor(new Date(0));
    await watch.saveCursor(at);
    expect(await watch.cursor()).toEqual(at);

    const study = {
      studyInstanceUid: someStudy(),
      fingerprint: 'a',
      firstSeenAt: at,
      changedAt: at,
      waitedMs: 1.5,
      looksCutOff: 0,
      setAside: false,
    };
    await watch.save({ ...study, submittedFingerprint: null });
    expect(await watch.awaited()).toEqual([{ ...study, submittedFingerprint: null }]);
    await watch.save({ ...study, submittedFingerprint: 'a' });
    expect(await watch.awaited()).toEqual([]);
    const changed = { ...study, fingerprint: 'b', changedAt: new Date(), submittedFingerprint: 'a' };
    await watch.save(changed);
    expect(await watch.find(study.studyInstanceUid)).toEqual(changed);
    expect(await watch.awaited()).toEqual([changed]);
    expect(await watch.find(someStudy())).toBeNull();
  });

  test('survives closing and opening, and refuses tables of a newer program', async () => {
    const report = composeSample(someStudy());
    await sqlResultOutbox(database).keep(report);
    await database.close();
    database = await open();
    const found = await sqlResultOutbox(database).find(report.analysisKey);
    expect(found).toEqual(asKept(report, false));
    await database.query('UPDATE spinegrade.schema_version SET version = version + 1');
    await database.close();
    await expect(open()).rejects.toThrow('made by a newer spinegrade');
    const direct = await import('../../database/embedded/embedded-database.ts');
    const postgres = await import('../../database/postgres-database.ts');
    database =
      place.databaseUrl === null
        ? await direct.openEmbeddedDatabase(place.dataDir)
        : await postgres.openPostgres(place.databaseUrl, () => undefined);
    await database.query('UPDATE spinegrade.schema_version SET version = version - 1');
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

test('keeps what was graded once from version 4 on, and loses none of it', async () => {
  const place = await startLedgerPlace('embedded');
  const database = await openEmbeddedDatabase(place.dataDir);
  await migrate(database, 4);
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
  const database = await openEmbeddedDatabase(place.dataDir);
  await migrate(database, 1);
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
