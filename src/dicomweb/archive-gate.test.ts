import { afterEach, expect, test } from 'vitest';
import { ArchiveError } from './archive.ts';
import { archiveGate } from './archive-gate.ts';

const unreachable = new ArchiveError('ping: ECONNREFUSED', { retryable: true, code: 'archive-unreachable' });
const refused = new ArchiveError('ping: HTTP 401', {
  retryable: true,
  status: 401,
  code: 'archive-refuses-credentials',
});
const broken = new ArchiveError('ping: HTTP 500', { retryable: true, status: 500 });
const { signal } = new AbortController();

let close: () => Promise<void> = async () => undefined;
afterEach(() => close());

/** A gate before an archive whose next answers to a probe are given; the last goes for all that follow. */
function gateBefore(...answers: (Error | null)[]) {
  const changes: (string | null)[] = [];
  let probes = 0;
  const gate = archiveGate({
    archive: {
      async ping() {
        const answer = answers[Math.min(probes, answers.length - 1)];
        probes += 1;
        if (answer) throw answer;
      },
    },
    onChange: (away) => void changes.push(away),
    firstProbeMs: 1,
    longestProbeMs: 4,
  });
  close = gate.close;
  return { gate, changes, probes: () => probes };
}

test('an archive that asks to be left alone is not asked before', async () => {
  const busy = new ArchiveError('ping: HTTP 503', {
    retryable: true,
    status: 503,
    code: 'archive-unreachable',
    retryAfterMs: 400,
  });
  const { gate, probes } = gateBefore(busy, null);
  const beganMs = performance.now();
  expect(await gate.isAway(busy, signal)).toBe(true);
  await gate.opened(signal);
  expect(performance.now() - beganMs).toBeGreaterThan(390);
  expect(probes()).toBe(2);
});

test('a fault of one study, in whatever words, closes nothing while the archive answers', async () => {
  const { gate, changes } = gateBefore(null);
  for (const fault of [unreachable, refused, broken, new Error('wrapped', { cause: unreachable })]) {
    expect(await gate.isAway(fault, signal)).toBe(false);
  }
  expect(gate.closed).toBeNull();
  expect(changes).toEqual([]);
});

test('what is no fault of the archive is not looked into', async () => {
  const { gate, probes } = gateBefore(unreachable);
  expect(await gate.isAway(new TypeError('a mistake of ours'), signal)).toBe(false);
  const lasting = new ArchiveError('find series: HTTP 400', { retryable: false, status: 400 });
  expect(await gate.isAway(lasting, signal)).toBe(false);
  expect(probes()).toBe(0);
});

test('closes when the archive does not answer, and opens of itself when it does', async () => {
  const { gate, changes } = gateBefore(unreachable, unreachable, unreachable, null);
  expect(await gate.isAway(broken, signal)).toBe(true);
  expect(gate.closed).toBe('archive-unreachable');
  await gate.opened(signal);
  expect(gate.closed).toBeNull();
  expect(changes).toEqual(['archive-unreachable', null]);
  await gate.opened(signal);
});

test('tells an archive that refuses the credentials from one that is away', async () => {
  const { gate, changes } = gateBefore(refused, unreachable, refused, null);
  expect(await gate.isAway(refused, signal)).toBe(true);
  await gate.opened(signal);
  expect(changes).toEqual([
    'archive-refuses-credentials',
    'archive-unreachable',
    'archive-refuses-credentials',
    null,
  ]);
});

test('a fault is an answer: the archive is there', async () => {
  const { gate } = gateBefore(unreachable, broken);
  expect(await gate.isAway(unreachable, signal)).toBe(true);
  await gate.opened(signal);
  expect(gate.closed).toBeNull();
});

test('faults that come together are looked into once', async () => {
  const { gate, probes } = gateBefore(null);
  await Promise.all(Array.from({ length: 20 }, () => gate.isAway(broken, signal)));
  expect(probes()).toBe(1);
});

test('what is no HTTP answer is none', async () => {
  const cut = new ArchiveError('ping: the answer is not HTTP', { retryable: true });
  const { gate } = gateBefore(cut, new DOMException('no answer in time', 'TimeoutError'), null);
  expect(await gate.isAway(cut, signal)).toBe(true);
  expect(gate.closed).toBe('archive-unreachable');
  await gate.opened(signal);
});

test('nobody waits for it once told to stop', async () => {
  const stop = new AbortController();
  const silent = archiveGate({ archive: { ping: () => new Promise(() => {}) }, onChange: () => undefined });
  const asked = silent.isAway(unreachable, stop.signal);
  stop.abort();
  // Not known: and so not held against the study.
  expect(await asked).toBe(true);
  const { gate } = gateBefore(unreachable);
  await gate.isAway(unreachable, signal);
  await gate.opened(stop.signal);
  expect(gate.closed).toBe('archive-unreachable');
});
