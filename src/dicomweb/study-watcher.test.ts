import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SeriesInstanceUid, StudyInstanceUid } from '../domain/uid.ts';
import { ArchiveError, type SeriesSummary } from './archive.ts';
import type { SubmitReason, WatchEvent } from './study-visit.ts';
import { type WatchSettings, watchStudies } from './study-watcher.ts';
import type { WatchedStudy, WatchStore } from './watch-store.ts';

const MINUTE = 60_000;
const START = new Date('2024-03-10T12:00:00Z');
const SETTINGS: WatchSettings = {
  pollIntervalMs: MINUTE,
  quietMs: 3 * MINUTE,
  longestWaitMs: 30 * MINUTE,
  maxBackoffMs: 8 * MINUTE,
  overlapDays: 2,
  lookBackDays: 7,
  concurrency: 2,
};
const A = '1.1' as StudyInstanceUid;
const B = '1.2' as StudyInstanceUid;

/** A hospital in a test: an archive whose studies are counts, a store in memory, and time that only sleep moves. */
function hospital(settings: Partial<WatchSettings> = {}) {
  const studies = new Map<StudyInstanceUid, Map<string, { modality: string; count: number }>>();
  const saved = new Map<StudyInstanceUid, WatchedStudy>();
  const world = {
    nowMs: START.getTime(),
    cursor: null as Date | null,
    saved,
    submitted: [] as { study: StudyInstanceUid; why: SubmitReason; minute: number }[],
    events: [] as WatchEvent[],
    windows: [] as unknown[],
    looks: [] as StudyInstanceUid[],
    rolesAsked: 0,
    roles: true as boolean | Error,
    unlisted: new Set<StudyInstanceUid>(),
    countsTold: true,
    archiveFault: null as Error | null,
    seriesFault: new Map<StudyInstanceUid, Error>(),
    saveFault: null as ((study: WatchedStudy) => boolean) | null,
    submitFault: null as Error | null,
    put(study: StudyInstanceUid, series: string, count: number, modality = 'MR') {
      const all = studies.get(study) ?? new Map();
      studies.set(study, all.set(series, { modality, count }));
    },
    /** Runs polls until `minutes` have passed; `atMinute` may change the world before each poll but the first. */
    async run(minutes: number, atMinute: (minute: number) => void = () => undefined) {
      const stop = new AbortController();
      const endMs = world.nowMs + minutes * MINUTE;
      await watchStudies(
        {
          archive: {
            async findStudies({ studyDate }) {
              world.windows.push(studyDate);
              if (world.archiveFault) throw world.archiveFault;
              return [...studies]
                .filter(([study]) => !world.unlisted.has(study))
                .map(([studyInstanceUid, series]) => ({
                  studyInstanceUid,
                  instanceCount: world.countsTold
                    ? [...series.values()].reduce((sum, { count }) => sum + count, 0)
                    : null,
                }));
            },
            async findSeries(study) {
              world.looks.push(study);
              const fault = world.seriesFault.get(study);
              if (fault) throw fault;
              return [...(studies.get(study) ?? [])].map(
                ([uid, { modality, count }]): SeriesSummary => ({
                  seriesInstanceUid: `${study}.${uid}` as SeriesInstanceUid,
                  modality,
                  seriesNumber: null,
                  instanceCount: count,
                }),
              );
            },
          },
          store: memoryStore(world),
          clock: {
            now: () => new Date(world.nowMs),
            async sleep(ms) {
              world.nowMs += ms;
              if (world.nowMs > endMs) stop.abort();
              else atMinute(minuteOf(world.nowMs));
            },
          },
          async submit(study, why) {
            if (world.submitFault) throw world.submitFault;
            world.submitted.push({ study, why, minute: minuteOf(world.nowMs) });
          },
          async rolesPresent() {
            world.rolesAsked += 1;
            if (world.roles instanceof Error) throw world.roles;
            return world.roles;
          },
          onEvent: (event) => void world.events.push(event),
        },
        { ...SETTINGS, ...settings },
        stop.signal,
      );
    },
    kinds: () => world.events.map((event) => event.kind),
  };
  return world;
}

const minuteOf = (ms: number) => (ms - START.getTime()) / MINUTE;

function memoryStore(world: {
  cursor: Date | null;
  readonly saved: Map<StudyInstanceUid, WatchedStudy>;
  readonly saveFault: ((study: WatchedStudy) => boolean) | null;
}): WatchStore {
  return {
    cursor: async () => world.cursor,
    async saveCursor(at) {
      world.cursor = at;
    },
    find: async (study) => world.saved.get(study) ?? null,
    async save(study) {
      if (world.saveFault?.(study)) throw new Error('store is down');
      world.saved.set(study.studyInstanceUid, study);
    },
    awaited: async () =>
      [...world.saved.values()].filter((study) => study.fingerprint !== study.submittedFingerprint),
  };
}

describe('when a study is submitted', () => {
  test('once, when its counts stood still for the quiet time and the roles are there', async () => {
    const world = hospital();
    world.put(A, '1', 10);
    await world.run(20, (minute) => {
      if (minute === 2) world.put(A, '1', 20);
      if (minute === 4) world.put(A, '2', 5);
    });
    expect(world.submitted).toEqual([{ study: A, why: 'complete', minute: 7 }]);
    expect(world.kinds()).toEqual(
      expect.arrayContaining(['study-noticed', 'study-changed', 'study-submitted']),
    );
    expect(world.events).toContainEqual({
      kind: 'study-submitted',
      study: A,
      why: 'complete',
      waitedMs: 7 * MINUTE,
    });
  });

  test('roles absent: after the longest wait, the roles asked once for each state', async () => {
    const world = hospital();
    world.roles = false;
    world.put(A, '1', 10);
    await world.run(40, (minute) => {
      if (minute === 10) world.put(A, '2', 10);
    });
    expect(world.submitted).toEqual([{ study: A, why: 'longest-wait', minute: 30 }]);
    expect(world.rolesAsked).toBe(2);
  });

  test('never quiet: after the longest wait, and complete once it ends', async () => {
    const world = hospital();
    world.put(A, '1', 1);
    await world.run(60, (minute) => {
      if (minute <= 35) world.put(A, '1', 1 + minute);
    });
    expect(world.submitted).toEqual([
      { study: A, why: 'longest-wait', minute: 30 },
      { study: A, why: 'complete', minute: 38 },
    ]);
  });

  test('late images after submission: awaited again, the wait counted from the change', async () => {
    const world = hospital();
    world.put(A, '1', 10);
    await world.run(120, (minute) => {
      if (minute === 60) world.put(A, '1', 11);
      if (minute === 100) {
        world.roles = false;
        world.put(A, '1', 12);
      }
    });
    expect(world.submitted).toEqual([
      { study: A, why: 'complete', minute: 3 },
      { study: A, why: 'complete', minute: 63 },
    ]);
    world.roles = false;
    await world.run(20);
    expect(world.submitted.slice(2)).toEqual([{ study: A, why: 'longest-wait', minute: 130 }]);
  });

  test('our own report changes nothing', async () => {
    const world = hospital();
    world.put(A, '1', 10);
    await world.run(30, (minute) => {
      if (minute === 5) world.put(A, '900', 1, 'SR');
      if (minute === 6) world.put(A, '901', 1, 'OT');
    });
    expect(world.submitted).toHaveLength(1);
  });

  test('a study without MR series is left alone', async () => {
    const world = hospital();
    world.put(A, '1', 10, 'CT');
    await world.run(60);
    expect(world.submitted).toEqual([]);
    expect(world.saved.size).toBe(0);
    expect(world.looks).toHaveLength(1);
  });

  test('whatever arrives when: each state submitted at most once, the last one always', async () => {
    const arrivals = fc.array(
      fc.record({
        minute: fc.integer({ min: 1, max: 90 }),
        series: fc.constantFrom('1', '2'),
        more: fc.integer({ min: 1, max: 9 }),
      }),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(arrivals, fc.boolean(), fc.boolean(), async (given, roles, countsTold) => {
        const world = hospital();
        Object.assign(world, { roles, countsTold });
        const counts: Record<string, number> = { 1: 1, 2: 0 };
        world.put(A, '1', 1);
        const states = new Set<string>();
        let submissions = 0;
        await world.run(90 + 31, (minute) => {
          if (world.submitted.length > submissions) {
            submissions = world.submitted.length;
            states.add(String(world.saved.get(A)?.submittedFingerprint));
          }
          for (const { series, more } of given.filter((arrival) => arrival.minute === minute)) {
            counts[series] = (counts[series] ?? 0) + more;
            world.put(A, series, counts[series] as number);
          }
        });
        const last = world.saved.get(A);
        expect(last?.submittedFingerprint).toBe(last?.fingerprint);
        expect(states.size).toBe(submissions);
        expect(world.submitted.every(({ why }) => roles || why === 'longest-wait')).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe('what is asked of the archive', () => {
  test('a submitted study is not looked at again while its instance count stands', async () => {
    const world = hospital();
    world.put(A, '1', 10);
    await world.run(60, (minute) => {
      if (minute === 30) world.put(A, '900', 1, 'SR');
    });
    // Minutes 0 to 3, and once more when the report raised the study's count.
    expect(world.looks).toHaveLength(5);
  });

  test('an archive that tells no counts is asked every time', async () => {
    const world = hospital();
    world.countsTold = false;
    world.put(A, '1', 10);
    await world.run(10);
    expect(world.looks).toHaveLength(11);
    expect(world.submitted).toHaveLength(1);
  });

  test('the window: the look-back at first, then from the last complete poll', async () => {
    const world = hospital({ pollIntervalMs: 24 * 60 * MINUTE });
    await world.run(48 * 60);
    expect(world.windows).toEqual([
      { from: '20240302', to: '20240311' },
      { from: '20240307', to: '20240312' },
      { from: '20240308', to: '20240313' },
    ]);
    const open = hospital({ lookBackDays: null });
    await open.run(1);
    expect(open.windows).toEqual([null, null]);
  });

  test('an awaited study is followed though the query lists it no more', async () => {
    const world = hospital();
    world.put(A, '1', 10);
    await world.run(10, (minute) => {
      if (minute === 1) world.unlisted.add(A);
    });
    expect(world.submitted).toEqual([{ study: A, why: 'complete', minute: 3 }]);
  });

  test('no more studies side by side than allowed', async () => {
    let [running, most] = [0, 0];
    const stop = new AbortController();
    const studies = Array.from({ length: 20 }, (_, i) => `1.${i + 1}` as StudyInstanceUid);
    await watchStudies(
      {
        archive: {
          findStudies: async () =>
            studies.map((studyInstanceUid) => ({ studyInstanceUid, instanceCount: 1 })),
          async findSeries() {
            running += 1;
            most = Math.max(most, running);
            await new Promise((resolve) => setImmediate(resolve));
            running -= 1;
            return [];
          },
        },
        store: memoryStore({ cursor: null, saved: new Map(), saveFault: null }),
        clock: { now: () => START, sleep: async () => stop.abort() },
        submit: async () => undefined,
        rolesPresent: async () => true,
        onEvent: () => undefined,
      },
      { ...SETTINGS, concurrency: 3 },
      stop.signal,
    );
    expect(most).toBe(3);
  });
});

describe('faults', () => {
  const fault = new ArchiveError('find series: HTTP 503', { retryable: true, status: 503 });

  test('one failing study stops neither the others nor the cursor, and is remembered', async () => {
    const world = hospital();
    world.put(A, '1', 10);
    world.put(B, '1', 10);
    world.seriesFault.set(A, fault);
    await world.run(10, (minute) => {
      if (minute === 2) world.unlisted.add(A);
      if (minute === 5) world.seriesFault.clear();
    });
    expect(world.submitted).toEqual([
      { study: B, why: 'complete', minute: 3 },
      { study: A, why: 'complete', minute: 8 },
    ]);
    expect(world.events).toContainEqual({ kind: 'study-failed', study: A, error: fault });
    expect(world.cursor).toEqual(new Date(world.nowMs - MINUTE));
  });

  test('a study that can never be listed is handed over after the longest wait, so that it gets a reason', async () => {
    const world = hospital();
    world.put(A, '1', 10);
    world.seriesFault.set(A, new ArchiveError('find series: HTTP 403', { retryable: false, status: 403 }));
    await world.run(60);
    expect(world.submitted).toEqual([{ study: A, why: 'longest-wait', minute: 30 }]);
  });

  test('roles that cannot be asked for count as absent and are asked again', async () => {
    const world = hospital();
    world.put(A, '1', 10);
    world.roles = fault;
    await world.run(10, (minute) => {
      if (minute === 6) world.roles = true;
    });
    expect(world.submitted).toEqual([{ study: A, why: 'complete', minute: 6 }]);
    expect(world.kinds().filter((kind) => kind === 'study-failed')).toHaveLength(3);
  });

  test('an unreachable archive: backoff, the cursor kept, and on as before', async () => {
    const world = hospital();
    world.put(A, '1', 10);
    world.archiveFault = fault;
    await world.run(40, (minute) => {
      if (minute <= 22) expect(world.cursor).toBeNull();
      if (minute === 22) world.archiveFault = null;
    });
    const waits = world.events.flatMap((event) =>
      event.kind === 'poll-failed' ? [event.retryInMs / MINUTE] : [],
    );
    expect(waits).toEqual([2, 4, 8, 8]);
    expect(world.submitted).toEqual([{ study: A, why: 'complete', minute: 25 }]);
  });

  test('a store that loses a new study: the cursor stays', async () => {
    const world = hospital();
    world.put(A, '1', 10);
    world.put(B, '1', 10);
    world.saveFault = ({ studyInstanceUid }) => studyInstanceUid === A;
    await world.run(5);
    expect(world.cursor).toBeNull();
    expect(world.submitted).toEqual([{ study: B, why: 'complete', minute: 3 }]);
    world.saveFault = null;
    await world.run(5);
    expect(world.submitted.map(({ study }) => study)).toEqual([B, A]);
    expect(world.cursor).not.toBeNull();
  });

  test('a queue that does not take it: offered again', async () => {
    const world = hospital();
    world.put(A, '1', 10);
    world.submitFault = new Error('queue is down');
    await world.run(10, (minute) => {
      if (minute === 6) world.submitFault = null;
    });
    expect(world.submitted).toEqual([{ study: A, why: 'complete', minute: 6 }]);
  });

  test('a crash between submitting and remembering submits once more; after a clean stop, not', async () => {
    const world = hospital();
    world.put(A, '1', 10);
    world.saveFault = ({ submittedFingerprint }) => submittedFingerprint !== null;
    await world.run(3);
    expect(world.submitted).toHaveLength(1);
    world.saveFault = null;
    await world.run(5);
    expect(world.submitted).toHaveLength(2);
    await world.run(60);
    expect(world.submitted).toHaveLength(2);
  });
});

describe('stopping', () => {
  test('ends a wait and a request under way, and resolves', async () => {
    for (const hang of ['sleep', 'findStudies', 'findSeries'] as const) {
      const stop = new AbortController();
      const reached = Promise.withResolvers<void>();
      const hanging = (signal: AbortSignal | undefined) =>
        new Promise<never>((_, reject) => {
          reached.resolve();
          signal?.addEventListener('abort', () => reject(signal.reason));
        });
      const events: WatchEvent[] = [];
      const watching = watchStudies(
        {
          archive: {
            findStudies: async (_, signal) =>
              hang === 'findStudies' ? hanging(signal) : [{ studyInstanceUid: A, instanceCount: 1 }],
            findSeries: async (_, signal) => (hang === 'findSeries' ? hanging(signal) : []),
          },
          store: memoryStore({ cursor: null, saved: new Map(), saveFault: null }),
          clock: { now: () => START, sleep: (_, signal) => hanging(signal) },
          submit: async () => undefined,
          rolesPresent: async () => true,
          onEvent: (event) => void events.push(event),
        },
        SETTINGS,
        stop.signal,
      );
      await reached.promise;
      stop.abort();
      await watching;
      expect(events.filter(({ kind }) => kind.endsWith('failed'))).toEqual([]);
    }
  });
});
