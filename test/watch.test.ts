import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StudyInstanceUid } from '../src/domain/uid.ts';
import { workInHand } from '../src/process/work-in-hand.ts';
import { memoryStore, OPEN_GATE } from '../src/watch/hospital.fixture.ts';
import { watchStudies } from '../src/watch/study-watcher.ts';
import type { WatchEvent } from '../src/watch/watch-event.ts';
import { startTestSite, type TestSite } from './support/test-site.ts';
import { testUid, tinyMr, tinyMrSeries } from './support/tiny-mr.ts';

let site: TestSite;
beforeAll(async () => {
  site = await startTestSite();
});
afterAll(() => site?.close());

test('a study that arrives in two halves is submitted once, whole; its report starts nothing', async () => {
  const { archive } = site;
  const study = testUid<StudyInstanceUid>('two halves');
  const other = testUid<StudyInstanceUid>('of another year');
  const started = new Date('2024-01-15T10:00:00Z');
  const minuteMs = 60_000;
  let minute = 0;
  const stop = new AbortController();
  const events: WatchEvent[] = [];
  const submissions: { study: StudyInstanceUid; why: string; minute: number; instances: number }[] = [];

  await archive.store(other, [tinyMr({ study: other, studyDate: '20150115' })]);
  const arrivals: Record<number, () => Promise<unknown>> = {
    1: () => archive.store(study, tinyMrSeries(4, { study, series: 1 })),
    2: () => archive.store(study, tinyMrSeries(3, { study, series: 2 })),
    // Longer than the quiet time: the first half alone lacks a role.
    9: () => archive.store(study, tinyMrSeries(5, { study, series: 3 })),
    10: () => archive.store(study, [tinyMr({ study, series: 3, instance: 6 })]),
    20: () => archive.store(study, [tinyMr({ study, series: 900, modality: 'SR' })]),
  };

  await watchStudies(
    {
      archive,
      store: memoryStore({ cursor: null, saved: new Map(), saveFault: null }),
      clock: {
        now: () => new Date(started.getTime() + minute * minuteMs),
        elapsedMs: () => minute * minuteMs,
        async sleep() {
          minute += 1;
          await arrivals[minute]?.();
          if (minute === 30) stop.abort();
        },
      },
      async submit(submitted, { why }) {
        const series = await archive.findSeries(submitted);
        const instances = series.reduce((sum, one) => sum + one.instanceCount, 0);
        submissions.push({ study: submitted, why, minute, instances });
      },
      rolesPresent: async (asked, signal) => (await archive.findSeries(asked, signal)).length === 3,
      hand: workInHand(),
      gate: OPEN_GATE,
      onEvent: (event) => void events.push(event),
    },
    {
      pollIntervalMs: minuteMs,
      maxBackoffMs: minuteMs,
      quietMs: 3 * minuteMs,
      longestWaitMs: 60 * minuteMs,
      overlapDays: 1,
      lookBackDays: 30,
      concurrency: 2,
    },
    stop.signal,
  );

  expect(submissions).toEqual([{ study, why: 'complete', minute: 13, instances: 13 }]);
  expect(events.filter(({ kind }) => kind.endsWith('failed'))).toEqual([]);
  expect(events.filter(({ kind }) => kind === 'study-changed')).toHaveLength(3);
});
