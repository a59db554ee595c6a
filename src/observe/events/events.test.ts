import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { remark } from '../../domain/remark.ts';
import type { StudyInstanceUid } from '../../domain/uid.ts';
import { createEvents } from './events.ts';

const STUDY = '1.2.826.0.1.3680043.8.498.12345' as StudyInstanceUid;
const DEPTH = {
  queued: 0,
  running: 0,
  oldestQueuedSeconds: 0,
  keptObjects: 0,
  oldestKeptSeconds: 0,
  deadLetters: 0,
};
const ANALYSIS = { id: '6b1f9a52-7a52-4a55-9a4c-0f6a3c1d2e4f', studyInstanceUid: STUDY };

function record(options: { studyUids?: 'pseudonym' | 'plain'; pseudonymKey?: string } = {}) {
  const text: string[] = [];
  const registry = new Registry();
  const destination = { write: (line: string) => void text.push(line) };
  const events = createEvents({
    logLevel: 'trace',
    destination,
    registry,
    studyUids: 'pseudonym',
    ...options,
  });
  const lines = () => text.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { events, registry, lines, output: () => text.join('') };
}

test('writes one line and moves the metric', async () => {
  const { events, registry, lines } = record();
  events.stageFinished(ANALYSIS, 'fetch', 1234.5);
  expect(lines()).toEqual([expect.objectContaining({ event: 'stage-finished', stage: 'fetch', ms: 1235 })]);
  const metrics = await registry.metrics();
  expect(metrics).toContain('spinegrade_stage_duration_seconds_bucket{le="2.5",stage="fetch"} 1');
  expect(metrics).toContain('spinegrade_stage_duration_seconds_bucket{le="1",stage="fetch"} 0');
});

test('an archive’s reservation is told with the kind of object, and counted by it', async () => {
  const { events, registry, lines } = record({ studyUids: 'plain' });
  events.objectStoredWithWarning(STUDY, 'SC', 'B000H coercion of data elements');
  expect(lines()).toMatchObject([
    { level: 40, study: STUDY, kind: 'SC', warning: 'B000H coercion of data elements' },
  ]);
  expect(await registry.metrics()).toContain('spinegrade_store_warnings_total{kind="SC"} 1');
});

test('a study that cannot be looked at is no failed poll', async () => {
  const { events, registry, lines } = record({ studyUids: 'plain' });
  events.watcherStudyFailed(STUDY, new Error('503'));
  expect(lines()).toMatchObject([{ level: 40, event: 'watcher-study-failed', study: STUDY }]);
  const metrics = await registry.metrics();
  expect(metrics).toContain('spinegrade_watcher_study_failures_total 1');
  expect(metrics).toContain('spinegrade_watcher_polls_total{outcome="failed"} 0');
});

test('what is passed over is told with its code and counted by it', async () => {
  const { events, registry, lines, output } = record();
  events.passedOver('uid-unusable', STUDY, `series ${STUDY}.9`, 2);
  expect(lines()).toMatchObject([{ level: 40, event: 'passed-over', code: 'uid-unusable', count: 2 }]);
  expect(output()).not.toContain(STUDY);
  expect(await registry.metrics()).toContain('spinegrade_passed_over_total{code="uid-unusable"} 2');
});

test('pseudonymises UIDs wherever they stand, the same one alike, and only comparably with a key', () => {
  const first = record();
  first.events.studyNoticed(STUDY);
  first.events.watcherPollFailed(
    new Error(`GET /studies/${STUDY}/series: 503`, { cause: new Error(STUDY) }),
    0,
  );
  first.events.analysisIneligible(ANALYSIS, [
    remark('image-unreadable', { words: `series ${STUDY}.7 is cut off` }),
  ]);
  expect(first.output()).not.toContain(STUDY);
  const pseudonym = String(first.lines()[0]?.['study']);
  expect(pseudonym).toMatch(/^~[0-9a-f]{16}$/);
  expect(JSON.stringify(first.lines()[1])).toContain(`GET /studies/${pseudonym}/series: 503`);

  const named = (options: Parameters<typeof record>[0]) => {
    const { events, lines } = record(options);
    events.studyNoticed(STUDY);
    return lines()[0]?.['study'];
  };
  expect(named({})).not.toBe(pseudonym);
  expect(named({ pseudonymKey: 'k' })).toBe(named({ pseudonymKey: 'k' }));
  expect(named({ studyUids: 'plain' })).toBe(STUDY);
});

test('a UID is told by no text, wherever it ends or is cut', () => {
  for (const around of [
    ['', '.'],
    ['..', '...'],
    ['(', ').'],
    ['x'.repeat(3950), ' and more'],
    ['x '.repeat(1985), ''],
  ]) {
    const { events, output } = record();
    events.watcherPollFailed(new Error(`${around[0]}${STUDY}${around[1]}`), 0);
    events.passedOver('uid-unusable', null, `${around[0]}${STUDY}${around[1]}`);
    expect(output()).not.toContain('1.2.826.0.1');
  }
});

test('a UID made of a UUID is one, an address, a version and a number are none', () => {
  const { events, output } = record();
  const words = 'PostgreSQL 16.4.1 at 127.0.0.1 after 0.30000000000000004 s';
  events.watcherPollFailed(new Error(`series 2.25.94406447447369194330464652046734333547: ${words}`), 0);
  expect(output()).toMatch(/series ~[0-9a-f]{16}: /);
  expect(output()).toContain(words);
});

test('the cost of long words is bounded', () => {
  const start = performance.now();
  for (const part of ['1.2.3.4.5.6 ', '1.', '1', '.', ' ', `${STUDY}.`, '\n   at ']) {
    const { events, output } = record();
    events.databaseFault(new Error(part.repeat(2_000_000)));
    expect(output().length).toBeLessThan(8000);
  }
  expect(performance.now() - start).toBeLessThan(3000);
});

test('leaves addresses and versions as they are', () => {
  const { events, lines } = record();
  events.queueFault(new Error('connect 127.0.0.1:5432, version 12.35.0'));
  expect(lines()[0]?.['fault']).toMatchObject({ message: 'connect 127.0.0.1:5432, version 12.35.0' });
});

test('takes of an error only its name, message, code, frames and cause', () => {
  const { events, output, lines } = record();
  const error = Object.assign(new Error('duplicate key', { cause: new TypeError('inner') }), {
    code: '23505',
    detail: 'Key (patient)=(DOE^JANE) already exists',
    body: Buffer.from('DOE^JANE'),
  });
  events.databaseFault(error);
  expect(lines()[0]?.['fault']).toMatchObject({
    name: 'Error',
    message: 'duplicate key',
    code: '23505',
    at: expect.stringContaining('events.test.ts'),
    cause: { name: 'TypeError', message: 'inner' },
  });
  expect(output()).not.toContain('DOE');
});

test('shows what runs, and the depth of the queue when it can be read', async () => {
  const { events, registry } = record();
  events.serviceStarted({
    role: 'all',
    version: '0.1.0',
    packName: 'default',
    packVersion: '0.1.0',
    packSha256: 'ab',
    executionProvider: 'cpu',
    address: 'http://127.0.0.1:8080',
  });
  let answers = true;
  events.watchQueue(async () => {
    if (!answers) throw new Error('database down');
    return { ...DEPTH, queued: 3, running: 1, oldestQueuedSeconds: 2.5 };
  });
  const metrics = await registry.metrics();
  expect(metrics).toContain(
    'spinegrade_info{role="all",version="0.1.0",pack="default",pack_version="0.1.0",pack_sha256="ab",execution_provider="cpu"} 1',
  );
  expect(metrics).toContain('spinegrade_queue_analyses{state="queued"} 3');
  expect(metrics).toContain('spinegrade_queue_oldest_age_seconds 2.5');
  expect(metrics).toContain('nodejs_eventloop_lag_seconds');
  answers = false;
  const without = await registry.metrics();
  expect(without).not.toMatch(/^spinegrade_(queue|outbox|dead_letter)_/m);
  expect(without).toContain('spinegrade_info');
});
