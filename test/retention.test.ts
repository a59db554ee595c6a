import { describe, expect, test } from 'vitest';
import type { StudyInstanceUid } from '../src/domain/uid.ts';
import { sqlResultOutbox } from '../src/results/sql-result-outbox.ts';
import { letGo } from '../src/retention/keep-retention.ts';
import { letGoBatch } from '../src/retention/let-go.ts';
import { LEDGER_KINDS } from './support/ledger-databases.ts';
import { recordingEvents } from './support/ledger-events.ts';
import { ledgerForTests } from './support/ledger-for-tests.ts';
import { openTestQueue } from './support/ledger-queue.ts';
import { keptOutcome, someStudy } from './support/ledger-sample.ts';

const SETTINGS = { concurrency: 1, retryLimit: 0, retryDelayMs: 10, timeoutMs: 60_000 };
const PERIODS = { resultBytesDays: 7, recordsDays: 400 };
const NOTHING = { 'result-bytes': 0, analyses: 0, results: 0, callbacks: 0, comparisons: 0, steps: 0 };

describe.each(LEDGER_KINDS)('on %s', (kind) => {
  const at = ledgerForTests(kind);

  /** A study that was stored, its objects read back; the events of it as many days ago. */
  async function storedStudy(daysAgo: number, study = someStudy()): Promise<StudyInstanceUid> {
    const queue = await openTestQueue(at.database, recordingEvents().events, SETTINGS);
    await queue.work(async (each) => {
      const outcome = await keptOutcome(at.database, each);
      for (const { sopInstanceUid } of outcome.results.objects) {
        await sqlResultOutbox(at.database).markStored(sopInstanceUid, null);
      }
      return outcome;
    });
    const { id } = await queue.submit(study, 'api');
    await expect.poll(async () => (await queue.find(id))?.state, { timeout: 20_000 }).toBe('stored');
    await queue.stop({ timeoutMs: 1000 });
    await at.database.query('DELETE FROM spinegrade.analysis_end');
    await earlier(study, daysAgo);
    return study;
  }

  async function earlier(study: StudyInstanceUid, days: number): Promise<void> {
    const ago = `- make_interval(days => $2::int)`;
    for (const text of [
      `UPDATE spinegrade.analysis SET finished_at = finished_at ${ago} WHERE study_instance_uid = $1`,
      `UPDATE spinegrade.kept_result SET kept_at = kept_at ${ago} WHERE study_instance_uid = $1`,
      `UPDATE spinegrade.kept_object SET stored_at = stored_at ${ago} WHERE analysis_key IN (
         SELECT analysis_key FROM spinegrade.kept_result WHERE study_instance_uid = $1)`,
    ]) {
      await at.database.query(text, [study, days]);
    }
  }

  const open = (study: StudyInstanceUid) =>
    at.database.query(
      `INSERT INTO spinegrade.analysis (id, study_instance_uid, trigger, state, job_id)
       VALUES (gen_random_uuid(), $1, 'api', 'queued', gen_random_uuid())`,
      [study],
    );
  const close = (study: StudyInstanceUid) =>
    at.database.query(`DELETE FROM spinegrade.analysis WHERE study_instance_uid = $1 AND state = 'queued'`, [
      study,
    ]);
  const kept = async (study: StudyInstanceUid) => {
    const { rows } = await at.database.query<{ analyses: number; results: number; bytes: number }>(
      `SELECT (SELECT count(*)::int FROM spinegrade.analysis WHERE study_instance_uid = $1) AS analyses,
         count(DISTINCT analysis_key)::int AS results, count(object.bytes)::int AS bytes
       FROM spinegrade.kept_result LEFT JOIN spinegrade.kept_object AS object USING (analysis_key)
       WHERE study_instance_uid = $1`,
      [study],
    );
    return rows[0];
  };

  test('bytes after a week, records after four hundred days, and nothing before', async () => {
    const study = await storedStudy(6);
    expect(await letGo(at.database, PERIODS)).toEqual(NOTHING);
    await earlier(study, 2);
    expect(await letGo(at.database, PERIODS)).toEqual({ ...NOTHING, 'result-bytes': 2 });
    expect(await kept(study)).toEqual({ analyses: 1, results: 1, bytes: 0 });
    await earlier(study, 390);
    expect(await letGo(at.database, PERIODS)).toEqual(NOTHING);
    await earlier(study, 10);
    expect(await letGo(at.database, PERIODS)).toEqual({ ...NOTHING, analyses: 1, results: 1 });
    expect(await kept(study)).toEqual({ analyses: 0, results: 0, bytes: 0 });
  });

  test('not while the study is analysed again, nor while an object is still to be stored', async () => {
    const study = await storedStudy(500);
    await open(study);
    expect(await letGo(at.database, PERIODS)).toEqual(NOTHING);
    await close(study);
    await at.database.query(
      `UPDATE spinegrade.kept_object SET stored_at = NULL WHERE kind = 'SC' AND analysis_key IN (
         SELECT analysis_key FROM spinegrade.kept_result WHERE study_instance_uid = $1)`,
      [study],
    );
    expect(await letGo(at.database, { ...PERIODS, recordsDays: null })).toEqual(NOTHING);
    expect(await kept(study)).toEqual({ analyses: 1, results: 1, bytes: 2 });
  });

  test('not the chain of reports while anything of it is recent', async () => {
    const study = await storedStudy(500);
    await at.database.query(
      `INSERT INTO spinegrade.kept_result (analysis_key, study_instance_uid) VALUES ($1, $1)`,
      [study],
    );
    const { analyses } = await letGo(at.database, { resultBytesDays: null, recordsDays: 400 });
    expect(analyses).toBeGreaterThan(0);
    expect((await kept(study))?.results).toBe(2);
  });

  test('an analysis of which somebody is still to be told stays', async () => {
    const study = await storedStudy(500);
    await at.database.query(
      `INSERT INTO spinegrade.delivery (id, analysis_id, study_instance_uid, url, type, body, state, created_at)
       SELECT gen_random_uuid(), id, study_instance_uid, 'http://a/', 'analysis.stored', '', 'waiting', now()
       FROM spinegrade.analysis WHERE study_instance_uid = $1`,
      [study],
    );
    await letGo(at.database, PERIODS);
    expect((await kept(study))?.analyses).toBe(1);
    await at.database.query(
      `UPDATE spinegrade.delivery SET state = 'delivered', finished_at = now() - interval '401 days'`,
    );
    const { callbacks, analyses } = await letGo(at.database, PERIODS);
    expect([callbacks, analyses]).toEqual([1, 1]);
  });

  test('steps of a worklist that have ended, and none that is held', async () => {
    const step = (uid: string, state: string, endedAt: string) =>
      at.database.query(
        `INSERT INTO spinegrade.worklist_claim (workitem_uid, transaction_uid, state, ended_at)
         VALUES ($1, '2.25.1', $2, ${endedAt})`,
        [uid, state],
      );
    await step('2.25.81', 'ended', `now() - interval '401 days'`);
    await step('2.25.82', 'ended', `now() - interval '399 days'`);
    await step('2.25.83', 'claimed', 'NULL');
    expect(await letGo(at.database, PERIODS)).toMatchObject({ steps: 1 });
    const { rows } = await at.database.query(
      'SELECT workitem_uid AS uid FROM spinegrade.worklist_claim ORDER BY 1',
    );
    expect(rows).toEqual([{ uid: '2.25.82' }, { uid: '2.25.83' }]);
  });

  test('many, in batches; side by side each is let go once', async () => {
    await at.database.query(
      `INSERT INTO spinegrade.analysis (id, study_instance_uid, trigger, state, job_id, finished_at)
       SELECT gen_random_uuid(), '2.25.' || n, 'api', 'failed', gen_random_uuid(), now() - interval '401 days'
       FROM generate_series(1, 250) AS n`,
    );
    await at.database.query('DELETE FROM spinegrade.analysis_end');
    const first = await letGoBatch(at.database, 'analyses', 400);
    expect(first).toEqual({ count: 100, more: true });
    const [one, other] = await Promise.all([letGo(at.database, PERIODS), letGo(at.database, PERIODS)]);
    expect(one.analyses + other.analyses).toBe(150);
  });

  test('forever is for ever', async () => {
    const study = await storedStudy(5000);
    expect(await letGo(at.database, { resultBytesDays: null, recordsDays: null })).toEqual(NOTHING);
    expect(await kept(study)).toEqual({ analyses: 1, results: 1, bytes: 2 });
  });
});
