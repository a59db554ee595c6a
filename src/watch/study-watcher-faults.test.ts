import { describe, expect, test } from 'vitest';
import { ArchiveError } from '../dicomweb/archive.ts';
import { workInHand } from '../process/work-in-hand.ts';
import { A, B, hospital, MINUTE, memoryStore, OPEN_GATE, SETTINGS, START } from './hospital.fixture.ts';
import { watchStudies } from './study-watcher.ts';
import type { WatchEvent } from './watch-event.ts';

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

  test('so is one whose listing the archive forbids: the queue waits for somebody to allow it, and says so', async () => {
    const world = hospital();
    world.put(A, '1', 10);
    const forbidden = { retryable: true, status: 403, code: 'archive-refuses-credentials' } as const;
    world.seriesFault.set(A, new ArchiveError('find series: HTTP 403', forbidden));
    await world.run(60);
    expect(world.submitted).toEqual([{ study: A, why: 'longest-wait', minute: 30 }]);
  });

  test('where the studies cannot be listed, those awaited are looked at all the same', async () => {
    const world = hospital();
    world.put(A, '1', 10);
    await world.run(10, (minute) => {
      if (minute === 1) world.archiveFault = new ArchiveError('too many results', { retryable: false });
    });
    expect(world.submitted).toEqual([{ study: A, why: 'complete', minute: 3 }]);
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
              hang === 'findStudies'
                ? hanging(signal)
                : [{ studyInstanceUid: A, instanceCount: 1, studyDate: '20240310' }],
            findSeries: async (_, signal) => (hang === 'findSeries' ? hanging(signal) : []),
          },
          store: memoryStore({ cursor: null, saved: new Map(), saveFault: null }),
          clock: { now: () => START, elapsedMs: () => 0, sleep: (_, signal) => hanging(signal) },
          submit: async () => undefined,
          rolesPresent: async () => true,
          hand: workInHand(),
          gate: OPEN_GATE,
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
