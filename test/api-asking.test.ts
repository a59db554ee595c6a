import { randomUUID } from 'node:crypto';
import request from 'supertest';
import { expect, test } from 'vitest';
import type { StudyInstanceUid } from '../src/domain/uid.ts';
import { apiForEachTest } from './support/api-for-each-test.ts';
import { contractChecker } from './support/contract-check.ts';
import { INELIGIBLE, someStudy } from './support/ledger-sample.ts';

const ANALYZE = ['/studies/{studyInstanceUid}/analyze', 'post'] as const;
const check = contractChecker();
const site = apiForEachTest();

async function ask(study: StudyInstanceUid, body: object, headers: Readonly<Record<string, string>> = {}) {
  const answer = await request(site.app).post(`/studies/${study}/analyze`).set(headers).send(body);
  check(ANALYZE, answer);
  return answer;
}

const problem = (code: string) => `urn:spinegrade:problem:${code}`;

test('what was asked for is kept with the analysis, and joined requests add up', async () => {
  const study = someStudy();
  const series = `${study}.1`;
  site.api.series.push(series);
  const first = await ask(study, { priority: 'backfill', note: 'of last year' });
  const second = await ask(study, { priority: 'stat', force: true, series: { [series]: 'ignore' } });
  expect(second.body).toEqual({ ...first.body, created: false });
  await ask(study, { priority: 'routine' });
  const { body } = await request(site.app).get(first.get('Location')!);
  expect(body).toMatchObject({ priority: 'stat', note: 'of last year', forced: true });
  expect(body.seriesOverride).toEqual({ [series]: 'ignore' });
});

test('an analysis of named series alone is nobody else’s: what wants all of the study waits', async () => {
  const study = someStudy();
  const series = { '*': 'ignore', [`${study}.2`]: 'any' };
  site.api.series.push(`${study}.2`);
  const first = await ask(study, { series });
  expect((await ask(study, { series, priority: 'stat' })).body).toEqual({ ...first.body, created: false });
  for (const other of [{}, { series: { [`${study}.2`]: 'any' } }, { series: { '*': 'ignore' } }]) {
    const answer = await ask(study, other);
    expect([answer.status, answer.body.type]).toEqual([409, problem('analysis-under-way')]);
  }
  const { body } = await request(site.app).get(first.get('Location')!);
  expect(body).toMatchObject({ seriesOverride: series, priority: 'stat' });
});

test('jobs are taken by priority, and backfill has its turn', async () => {
  const studies = { old: someStudy(), late: someStudy(), routine: someStudy(), stat: someStudy() };
  await ask(studies.old, { priority: 'backfill' });
  await ask(studies.late, { priority: 'backfill' });
  await ask(studies.routine, {});
  await ask(studies.stat, { priority: 'stat' });
  // Asked for so long ago that it ranks before what is asked for now.
  await site.database.query(
    `UPDATE spinegrade_jobs.job SET priority = priority + 1000
     WHERE id = (SELECT job_id FROM spinegrade.analysis WHERE study_instance_uid = $1)`,
    [studies.old],
  );
  const order: string[] = [];
  await site.api.queue.work(async (study) => {
    order.push(Object.entries(studies).find(([, uid]) => uid === study)?.[0] ?? 'another');
    return INELIGIBLE;
  });
  await ask(studies.late, { priority: 'backfill' }, { Prefer: 'wait=20' });
  expect(order.filter((name) => name !== 'another')).toEqual(['stat', 'old', 'routine', 'late']);
});

test.each([
  ['an unknown member', { jane: 1 }],
  ['an unknown priority', { priority: 'JANE' }],
  ['force that is no boolean', { force: 'JANE' }],
  ['an empty note', { note: '' }],
  ['a note beyond its length', { note: 'x'.repeat(501) }],
  ['a series that has no UID', { series: { JANE: 'ignore' } }],
  ['an unknown role', { series: { '1.2.3': 'JANE' } }],
  ['a role for all other series', { series: { '*': 'sagittal-t1' } }],
])('refuses %s and keeps nothing', async (_, body) => {
  const study = someStudy();
  const answer = await ask(study, body);
  expect([answer.status, answer.body.type]).toEqual([400, problem('invalid-request')]);
  expect(answer.text.toUpperCase()).not.toContain('JANE');
  expect(answer.body.detail).toMatch(/^body|^request/);
  const { body: kept } = await request(site.app).get(`/studies/${study}/analyses`);
  expect(kept.analyses).toEqual([]);
});

test('an override of a series that is not there is refused, and nothing is begun', async () => {
  const study = someStudy();
  const answer = await ask(study, { series: { '1.2.3.4': 'sagittal-t2' } });
  expect([answer.status, answer.body.type]).toEqual([422, problem('unknown-series')]);
  const { body } = await request(site.app).get(`/studies/${study}/analyses`);
  expect(body.analyses).toEqual([]);
});

test('what runs cannot be asked for otherwise', async () => {
  const study = someStudy();
  const running = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  await site.api.queue.work(async (each) => {
    if (each !== study) return INELIGIBLE;
    running.resolve();
    await over.promise;
    return INELIGIBLE;
  });
  await ask(study, {});
  await running.promise;
  const forced = await ask(study, { force: true });
  expect([forced.status, forced.body.type]).toEqual([409, problem('analysis-under-way')]);
  expect((await ask(study, { note: 'in a hurry', priority: 'stat' })).body).toMatchObject({
    created: false,
    state: 'running',
  });
  over.resolve();
});

test.each([
  ['quoted', '"a key"', '"a key"'],
  ['bare', 'a-key-of-its-own', '"a-key-of-its-own"'],
])('a %s Idempotency-Key stands for its request', async (_, key, same) => {
  const study = someStudy();
  const first = await ask(study, { priority: 'stat', note: 'x' }, { 'Idempotency-Key': key });
  const again = await ask(study, { note: 'x', priority: 'stat' }, { 'Idempotency-Key': same });
  expect(again.body).toEqual({ ...first.body, created: false });
  for (const [other, body] of [
    [study, { priority: 'stat' }],
    [someStudy(), { priority: 'stat', note: 'x' }],
  ] as const) {
    const reused = await ask(other, body, { 'Idempotency-Key': key });
    expect([reused.status, reused.body.type]).toEqual([422, problem('idempotency-key-reused')]);
  }
  await site.api.queue.work(async () => INELIGIBLE);
  await ask(study, {}, { Prefer: 'wait=20' });
  const ended = await ask(study, { priority: 'stat', note: 'x' }, { 'Idempotency-Key': key });
  expect([ended.status, ended.body.id, ended.body.state]).toEqual([200, first.body.id, 'ineligible']);
  await site.database.query(
    `UPDATE spinegrade.idempotency_key SET used_at = used_at - interval '24 hours 1 second'`,
  );
  const anew = await ask(study, {}, { 'Idempotency-Key': key });
  expect([anew.status, anew.body.created]).toEqual([202, true]);
});

test.each(['', '""', '"open', 'x'.repeat(256), 'two words'])(
  'refuses the Idempotency-Key %j',
  async (key) => {
    const answer = await ask(someStudy(), {}, { 'Idempotency-Key': key });
    expect(answer.status).toBe(400);
  },
);

test('two requests under one key at once: one is taken', async () => {
  const key = { 'Idempotency-Key': randomUUID() };
  const study = someStudy();
  const answers = await Promise.all([ask(study, {}, key), ask(study, {}, key), ask(study, {}, key)]);
  const statuses = answers.map(({ status }) => status);
  expect(statuses).toContain(202);
  expect(statuses.every((status) => status === 202 || status === 409)).toBe(true);
  const created = answers.filter(({ body }) => body.created);
  expect(created).toHaveLength(1);
});

test('a client that would rather wait is told the result, or that it is not there yet', async () => {
  const study = someStudy();
  const early = await ask(study, {}, { Prefer: 'respond-async, wait=1' });
  expect([early.status, early.get('Preference-Applied')]).toEqual([202, 'wait=1']);
  await site.api.queue.work(async () => INELIGIBLE);
  const [answer] = await Promise.all([ask(someStudy(), {}, { Prefer: 'wait=600' })]);
  expect([answer.status, answer.get('Preference-Applied')]).toEqual([200, 'wait=60']);
  expect(answer.body.state).toBe('ineligible');
  const careless = await ask(someStudy(), {}, { Prefer: 'wait=soon' });
  expect([careless.status, careless.get('Preference-Applied')]).toEqual([202, undefined]);
});
