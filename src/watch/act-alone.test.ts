import { expect, test } from 'vitest';
import { actAlone } from './act-alone.ts';
import { LEASE_MS, RENEW_MS } from './watch-lease.ts';

/** A clock that is moved by whoever sleeps, one sleeper after the other. */
function steppedClock() {
  let nowMs = 0;
  const sleepers: { readonly atMs: number; wake(): void }[] = [];
  return {
    elapsedMs: () => nowMs,
    sleep: (ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        sleepers.push({ atMs: nowMs + ms, wake: resolve });
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
    /** Lets everybody run who is due within `ms`. */
    async pass(ms: number) {
      const endMs = nowMs + ms;
      for (;;) {
        for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
        sleepers.sort((a, b) => a.atMs - b.atMs);
        const next = sleepers[0];
        if (next === undefined || next.atMs > endMs) break;
        nowMs = Math.max(nowMs, next.atMs);
        sleepers.shift()!.wake();
      }
      nowMs = endMs;
    },
    /** The process stands still. */
    stand(ms: number) {
      nowMs += ms;
    },
  };
}

function bench(answers: () => boolean | Error | Promise<boolean>) {
  const clock = steppedClock();
  const told: string[] = [];
  const ended = new AbortController();
  const lease = {
    async take() {
      const answer = await answers();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    async release() {
      told.push('released');
    },
  };
  const deps = {
    lease,
    clock,
    onActing: (acting: boolean) => void told.push(acting ? 'acts' : 'stands by'),
    onFault: () => void told.push('fault'),
  };
  const until = (signal: AbortSignal) =>
    new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  const start = (act: (signal: AbortSignal) => Promise<void> = until) => actAlone(deps, act, ended.signal);
  return { clock, told, ended, start };
}

test('acts while the lease is kept, and rests when told to stop', async () => {
  const { clock, told, ended, start } = bench(() => true);
  const watching = start();
  await clock.pass(10 * LEASE_MS);
  expect(told).toEqual(['acts']);
  ended.abort();
  await watching;
  expect(told).toEqual(['acts', 'stands by', 'released']);
});

test('stands by while another holds the lease, and acts within a renewal of its end', async () => {
  let free = false;
  const { clock, told, start } = bench(() => free);
  void start();
  await clock.pass(10 * LEASE_MS);
  expect(told).toEqual([]);
  free = true;
  await clock.pass(RENEW_MS);
  expect(told).toEqual(['acts']);
});

test('rests as soon as another has the lease', async () => {
  let mine = true;
  const { clock, told, start } = bench(() => mine);
  void start();
  await clock.pass(LEASE_MS);
  mine = false;
  await clock.pass(RENEW_MS);
  expect(told).toEqual(['acts', 'stands by', 'released']);
});

test('a fault of the database is waited out while the lease lasts, and no longer', async () => {
  let answer: boolean | Error = true;
  const { clock, told, start } = bench(() => answer);
  void start();
  await clock.pass(RENEW_MS);
  answer = new Error('away');
  await clock.pass(RENEW_MS);
  answer = true;
  await clock.pass(2 * LEASE_MS);
  expect(told).toEqual(['acts', 'fault']);
  answer = new Error('away');
  await clock.pass(LEASE_MS);
  expect(told.slice(2)).toEqual(expect.arrayContaining(['fault', 'stands by', 'released']));
});

test('a database that never answers ends the tenure when the lease has run out', async () => {
  let asked = 0;
  const { clock, told, start } = bench(() => {
    asked += 1;
    return asked === 1 ? true : new Promise<boolean>(() => {});
  });
  void start();
  await clock.pass(LEASE_MS - 1);
  expect(told).toEqual(['acts']);
  await clock.pass(1);
  expect(told).toEqual(['acts', 'stands by', 'released']);
});

test('after a standstill longer than the lease it asks nobody before it rests', async () => {
  let asked = 0;
  const { clock, told, start } = bench(() => {
    asked += 1;
    return true;
  });
  void start();
  await clock.pass(0);
  clock.stand(LEASE_MS);
  await clock.pass(0);
  expect([asked, told]).toEqual([1, ['acts', 'stands by', 'released']]);
});

test('what ends the acting is thrown, once the place is free for another', async () => {
  const { told, start } = bench(() => true);
  await expect(start(() => Promise.reject(new Error('a defect')))).rejects.toThrow('a defect');
  expect(told).toEqual(['acts', 'stands by', 'released']);
});
