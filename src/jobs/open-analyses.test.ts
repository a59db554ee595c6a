import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LEDGER_KINDS, startTestLedger, type TestLedger } from '../../test/support/ledger-databases.ts';
import { composeSample, someStudy } from '../../test/support/ledger-sample.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import { sqlResultOutbox } from '../results/sql-result-outbox.ts';
import { openAnalyses } from './ledger/open-analyses.ts';
import { REPEATS } from './repeats.ts';

describe.each(LEDGER_KINDS)('what waits in the ledger, on %s', (kind) => {
  let ledger: TestLedger;
  beforeAll(async () => {
    ledger = await startTestLedger(kind);
  }, 180_000);
  afterAll(() => ledger.close());

  const analysed = (study: StudyInstanceUid, state: string, minutesAgo = 0, retryable = true) =>
    ledger.database.query(
      `INSERT INTO spinegrade.analysis (id, study_instance_uid, trigger, state, failure, created_at, job_id)
       VALUES (gen_random_uuid(), $1, 'watch', $2, $3, now() - make_interval(mins => $4::int), gen_random_uuid())`,
      [study, state, state === 'failed' ? JSON.stringify({ retryable }) : null, minutesAgo],
    );
  const watched = (study: StudyInstanceUid, setAside = false) =>
    ledger.database.query(
      `INSERT INTO spinegrade.watched_study (study_instance_uid, fingerprint, first_seen_at, changed_at, set_aside)
       VALUES ($1, '', now(), now(), $2)`,
      [study, setAside],
    );
  const deadLetters = async () => (await openAnalyses(ledger.database)).deadLetters;

  test('nothing', async () => {
    expect(await openAnalyses(ledger.database)).toEqual({
      ...{ queued: 0, running: 0, oldestQueuedSeconds: 0 },
      ...{ keptObjects: 0, oldestKeptSeconds: 0, deadLetters: 0 },
    });
  });

  test('results of open analyses that the archive does not have yet, and since when', async () => {
    const outbox = sqlResultOutbox(ledger.database);
    const [open, over] = [someStudy(), someStudy()];
    await analysed(open, 'running');
    await analysed(over, 'failed', 0, true);
    await watched(over);
    for (const study of [open, over]) await outbox.keep(composeSample(study));
    const keptAgo = (study: StudyInstanceUid, seconds: number) =>
      ledger.database.query(
        `UPDATE spinegrade.kept_result SET kept_at = now() - make_interval(secs => $2::float8)
         WHERE study_instance_uid = $1`,
        [study, seconds],
      );
    await keptAgo(open, 90);
    await keptAgo(over, 900);
    const waits = await openAnalyses(ledger.database);
    expect(waits).toMatchObject({ queued: 0, running: 1, keptObjects: 2 });
    expect(Math.round(waits.oldestKeptSeconds / 10)).toBe(9);
    const { objects } = composeSample(open);
    expect(objects).toHaveLength(2);
    const { rows } = await ledger.database.query<{ uid: never }>(
      `SELECT sop_instance_uid AS uid FROM spinegrade.kept_object JOIN spinegrade.kept_result USING (analysis_key)
       WHERE study_instance_uid = $1`,
      [open],
    );
    await outbox.markStored(rows[0]!.uid, null);
    expect(await openAnalyses(ledger.database)).toMatchObject({ keptObjects: 1 });
    await outbox.markStored(rows[1]!.uid, null);
    expect(await openAnalyses(ledger.database)).toMatchObject({ keptObjects: 0, oldestKeptSeconds: 0 });
  });

  test('studies that failed and that nobody asks for again are dead letters, until somebody does', async () => {
    const before = await deadLetters();
    const [lasting, unwatched, aside, repeated] = [someStudy(), someStudy(), someStudy(), someStudy()];
    for (const study of [lasting, repeated]) await watched(study);
    await watched(aside, true);
    await analysed(lasting, 'failed', 5, false);
    await analysed(unwatched, 'failed', 5);
    await analysed(aside, 'failed', 5);
    await analysed(repeated, 'failed', 5);
    expect(await deadLetters()).toBe(before + 3);
    for (let failures = 1; failures < REPEATS; failures += 1) await analysed(repeated, 'failed', 4);
    expect(await deadLetters()).toBe(before + 3);
    await analysed(repeated, 'failed', 3);
    expect(await deadLetters()).toBe(before + 4);
    for (const study of [lasting, aside]) await analysed(study, 'queued');
    await analysed(unwatched, 'ineligible');
    expect(await deadLetters()).toBe(before + 1);
  });
});
