import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StudyInstanceUid } from '../domain/uid.ts';
import { workInHand } from '../process/work-in-hand.ts';
import { A, hospital, MINUTE, memoryStore, OPEN_GATE, SETTINGS, START } from './hospital.fixture.ts';
import { watchStudies } from './study-watcher.ts';

describe('when a study is submitted', () => {
  test('once, when its counts stood still for the quiet time and the roles are there', async () => {
    const world = hospital();
    world.put(A, '1', 10);
    await world.run(20, (minute) => {
      if (minute === 2) world.put(A, '1', 20);
      if (minute === 4) world.put(A, '2', 5);
    });
    expect(world.submitted).toEqual([{ study: A, why: 'complete', minute: 7 }]);
    expect(world.kinds()).toEqual(expect.arrayContaining(['study-noticed', 'study-changed']));
    expect(world.waitedMs).toEqual([7 * MINUTE]);
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
    // Thirty minutes from the change at 100, less the one between the two processes, when nobody watched.
    expect(world.submitted.slice(2)).toEqual([{ study: A, why: 'longest-wait', minute: 131 }]);
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
            studies.map((studyInstanceUid) => ({
              studyInstanceUid,
              instanceCount: 1,
              studyDate: '20240310',
            })),
          async findSeries() {
            running += 1;
            most = Math.max(most, running);
            await new Promise((resolve) => setImmediate(resolve));
            running -= 1;
            return [];
          },
        },
        store: memoryStore({ cursor: null, saved: new Map(), saveFault: null }),
        clock: { now: () => START, elapsedMs: () => 0, sleep: async () => stop.abort() },
        submit: async () => undefined,
        rolesPresent: async () => true,
        hand: workInHand(),
        gate: OPEN_GATE,
        onEvent: () => undefined,
      },
      { ...SETTINGS, concurrency: 3 },
      stop.signal,
    );
    expect(most).toBe(3);
  });
});
