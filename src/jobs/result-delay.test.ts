import { describe, expect, test } from 'vitest';
import { LEDGER_KINDS } from '../../test/support/ledger-databases.ts';
import { keptOutcome, someStudy } from '../../test/support/ledger-sample.ts';
import { queueForEachTest } from '../../test/support/queue-bench.ts';
import { metricValue } from '../../test/support/service-client.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';

describe.each(LEDGER_KINDS)('how long the archive was without a result, on %s', (kind) => {
  const bench = queueForEachTest(kind);

  /** The watcher saw the study first, and its last change, so many seconds ago. */
  const watched = (study: StudyInstanceUid, firstSeen: number, changed: number) =>
    bench.database.query(
      `INSERT INTO spinegrade.watched_study (study_instance_uid, fingerprint, first_seen_at, changed_at)
       VALUES ($1, '', now() - make_interval(secs => $2::float8), now() - make_interval(secs => $3::float8))
       ON CONFLICT (study_instance_uid) DO UPDATE SET changed_at = excluded.changed_at`,
      [study, firstSeen, changed],
    );
  const ended = (study: StudyInstanceUid, state: string, secondsAgo: number) =>
    bench.database.query(
      `INSERT INTO spinegrade.analysis (id, study_instance_uid, trigger, state, created_at, finished_at, job_id)
       VALUES (gen_random_uuid(), $1, 'watch', $2, now() - make_interval(secs => $3::float8), now(), gen_random_uuid())`,
      [study, state, secondsAgo],
    );
  const WHOLE = 'spinegrade_result_delay_seconds';
  const SINCE_LAST = 'spinegrade_result_delay_after_last_image_seconds';
  /** Both delays of an analysis that is submitted and stored now, rounded down to ten seconds. */
  async function delays(study: StudyInstanceUid, trigger: 'api' | 'watch', waitedMs: number | null = null) {
    const sums = async () => {
      const text = await bench.recorded.registry.metrics();
      return [WHOLE, SINCE_LAST].map((name) => metricValue(text, `${name}_sum{trigger="${trigger}"}`));
    };
    const before = await sums();
    const occasion = trigger === 'watch' ? ({ why: 'complete', waitedMs } as const) : undefined;
    const { id } = await bench.queue.submit(study, trigger, { ...(occasion && { occasion }) });
    await bench.ended(id);
    return (await sums()).map((sum, index) => Math.floor((sum - before[index]!) / 10) * 10);
  }

  test('is counted from the first sight and from the last change of a new study', async () => {
    await bench.queue.work((study) => keptOutcome(bench.database, study));
    const study = someStudy();
    await watched(study, 1000, 400);
    expect(await delays(study, 'watch')).toEqual([1000, 400]);
    // What the watcher waited by a clock that does not jump counts, where the one on the wall says less.
    const jumped = someStudy();
    await watched(jumped, -5000, -5000);
    expect(await delays(jumped, 'watch', 600_000)).toEqual([600, 0]);
    const text = await bench.recorded.registry.metrics();
    expect(metricValue(text, `${WHOLE}_bucket{le="900",trigger="watch"}`)).toBe(1);
    expect(metricValue(text, `${WHOLE}_bucket{le="1800",trigger="watch"}`)).toBe(2);
  });

  test('of a study that changed after its result is counted from the change', async () => {
    await bench.queue.work((study) => keptOutcome(bench.database, study));
    const study = someStudy();
    await watched(study, 90_000, 300);
    await ended(study, 'stored', 80_000);
    expect(await delays(study, 'watch')).toEqual([300, 300]);
  });

  test('of a study that failed before goes on from its beginning', async () => {
    await bench.queue.work((study) => keptOutcome(bench.database, study));
    const study = someStudy();
    await watched(study, 9000, 8000);
    await ended(study, 'failed', 7000);
    expect(await delays(study, 'watch')).toEqual([9000, 8000]);
  });

  test('of a study asked for over the API is counted from then', async () => {
    await bench.queue.work((study) => keptOutcome(bench.database, study));
    const study = someStudy();
    await watched(study, 9000, 8000);
    expect(await delays(study, 'api')).toEqual([0, 0]);
  });
});
