import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import request, { type Response } from 'supertest';
import { expect, test } from 'vitest';
import { Fault } from '../src/domain/fault.ts';
import type { StudyInstanceUid } from '../src/domain/uid.ts';
import { apiForEachTest } from './support/api-for-each-test.ts';
import { contractChecker } from './support/contract-check.ts';
import { INELIGIBLE, keptOutcome, someStudy } from './support/ledger-sample.ts';

const check = contractChecker();
const site = apiForEachTest();

const at = {
  analysis: ['/analyses/{id}', 'get'],
  cancel: ['/analyses/{id}', 'delete'],
  retry: ['/analyses/{id}/retry', 'post'],
  retryAll: ['/analyses/retry', 'post'],
  acknowledge: ['/analyses/{id}/acknowledge', 'post'],
  deadLetters: ['/dead-letters', 'get'],
} as const;

async function told(where: readonly [string, string], sent: PromiseLike<Response>): Promise<Response> {
  const answer = await sent;
  check(where, answer);
  return answer;
}
const ask = async (study: StudyInstanceUid, body: object = {}): Promise<string> =>
  (await request(site.app).post(`/studies/${study}/analyze`).send(body)).body.id;
const read = (id: string) => told(at.analysis, request(site.app).get(`/analyses/${id}`));
const cancel = (id: string) => told(at.cancel, request(site.app).delete(`/analyses/${id}`));
const retry = (id: string) => told(at.retry, request(site.app).post(`/analyses/${id}/retry`));
const acknowledge = (id: string) =>
  told(at.acknowledge, request(site.app).post(`/analyses/${id}/acknowledge`));
const retryAll = (body: object) => told(at.retryAll, request(site.app).post('/analyses/retry').send(body));
const deadLetters = async (query = '') =>
  (await told(at.deadLetters, request(site.app).get(`/dead-letters${query}`))).body.deadLetters;

async function ended(id: string) {
  for (;;) {
    const { body } = await read(id);
    if (body.finishedAt !== null) return body;
    await delay(20);
  }
}
const problem = ({ status, body }: Response) => [status, body.type?.replace('urn:spinegrade:problem:', '')];

async function failing(study: StudyInstanceUid, body: object = {}): Promise<string> {
  const id = await ask(study, body);
  await ended(id);
  return id;
}
const fails = async () => {
  throw new Fault('archive-fault', 'the archive answered 500', { retryable: false });
};

test('what waits is cancelled at once, and never begun', async () => {
  const study = someStudy();
  const id = await ask(study);
  const answer = await cancel(id);
  expect([answer.status, answer.body.state]).toEqual([200, 'cancelled']);
  expect(answer.body.finishedAt).not.toBeNull();
  expect(problem(await cancel(id))).toEqual([409, 'analysis-final']);
  expect(problem(await cancel(randomUUID()))).toEqual([404, 'not-found']);
  const begun: string[] = [];
  await site.api.queue.work(async (each) => {
    begun.push(each);
    return INELIGIBLE;
  });
  const next = await ask(study);
  expect(next).not.toBe(id);
  await ended(next);
  expect(begun.filter((each) => each === study)).toHaveLength(1);
  const { rows } = await site.database.query(
    `SELECT FROM spinegrade_jobs.job WHERE data->>'analysisId' = $1`,
    [id],
  );
  expect(rows).toEqual([]);
});

test('what runs ends at its next wait, and no stage of it begins any more', async () => {
  const fetching = Promise.withResolvers<void>();
  const heeded = Promise.withResolvers<void>();
  const study = someStudy();
  let stored = false;
  await site.api.queue.work(async (each, { observe, signal }) => {
    if (each !== study) return INELIGIBLE;
    await observe('fetch', async () => {
      fetching.resolve();
      await delay(60_000, undefined, { signal }).finally(() => heeded.resolve());
    });
    await observe('store', async () => {
      stored = true;
    });
    return keptOutcome(site.database, each);
  });
  const id = await ask(study);
  await fetching.promise;
  const answer = await cancel(id);
  expect([answer.status, answer.body.state, answer.body.cancelRequested]).toEqual([202, 'running', true]);
  await heeded.promise;
  expect(await ended(id)).toMatchObject({
    state: 'cancelled',
    cancelRequested: false,
    report: null,
    objects: [],
  });
  expect(stored).toBe(false);
  expect(site.api.lines).toContainEqual(expect.objectContaining({ event: 'analysis-cancelled' }));
});

test('between two stages it is found too, and during the last it is too late', async () => {
  const study = someStudy();
  const late = someStudy();
  let cancelled: Response | null = null;
  const ids: Record<string, string> = {};
  await site.api.queue.work(async (each, { observe }) => {
    if (each === study) {
      await observe('fetch', async () => undefined);
      await cancel(ids[study]!);
      await observe('store', () => Promise.reject(new Error('nothing may be stored')));
    }
    if (each === late) {
      await observe('store', async () => {
        cancelled = await cancel(ids[late]!);
      });
      return keptOutcome(site.database, each);
    }
    return INELIGIBLE;
  });
  // The worker is idle: the ids are known before it wakes.
  const [one, two] = await Promise.all([
    site.api.queue.submit(study, 'api'),
    site.api.queue.submit(late, 'api'),
  ]);
  ids[study] = one.id;
  ids[late] = two.id;
  expect((await ended(one.id)).state).toBe('cancelled');
  expect((await ended(two.id)).state).toBe('stored');
  expect(problem(cancelled!)).toEqual([409, 'too-late-to-cancel']);
});

test('a process that ends after the wish and before the run did cancels at its next start', async () => {
  const study = someStudy();
  const { id } = await site.api.queue.submit(study, 'api');
  await site.database.query(`UPDATE spinegrade.analysis SET cancel_requested = true WHERE id = $1`, [id]);
  const begun: string[] = [];
  await site.api.queue.work(async (each) => {
    begun.push(each);
    return INELIGIBLE;
  });
  expect((await ended(id)).state).toBe('cancelled');
  expect(begun).not.toContain(study);
});

test('what failed is asked for again in the same way, alone and many at once', async () => {
  await site.api.queue.work(fails);
  const studies = [someStudy(), someStudy(), someStudy()];
  const asked = { priority: 'stat', note: 'for the board', force: true };
  const first = await failing(studies[0]!, asked);
  const again = await retry(first);
  expect([again.status, again.body.created, again.get('Location')]).toEqual([
    202,
    true,
    `/analyses/${again.body.id}`,
  ]);
  const { body } = await read(again.body.id);
  expect(body).toMatchObject({ priority: 'stat', note: 'for the board', forced: true });
  await ended(again.body.id);
  for (const study of studies.slice(1)) await failing(study);
  const { body: before } = await read(again.body.id);
  const filter = { code: 'archive-fault', since: before.createdAt };
  const bulk = await retryAll({ filter, limit: 2, as: 'backfill' });
  expect(bulk.body.retried).toHaveLength(2);
  expect(bulk.body.remaining).toBe(1);
  expect(bulk.body.retried[0]).toMatchObject({ of: again.body.id, studyInstanceUid: studies[0] });
  const recorded = site.api.audited.find(({ operation }) => operation === 'retryAnalyses')!;
  expect(recorded.ParticipantObjectIdentification.map((each) => each.ParticipantObjectID)).toEqual(
    bulk.body.retried.map(({ id }: { id: string }) => id),
  );
  for (const { id } of bulk.body.retried) expect((await ended(id)).priority).toBe('backfill');
  expect((await retryAll({ filter: { code: 'poison-study' } })).body).toEqual({ retried: [], remaining: 0 });
  expect(problem(await retryAll({ filter: { state: ['stored'] } }))).toEqual([400, 'invalid-request']);
  expect(problem(await retryAll({ jane: 1 }))).toEqual([400, 'invalid-request']);
});

test('what waits for its next attempt begins it now, and what is stored is not repeated', async () => {
  const { id } = await site.api.queue.submit(someStudy(), 'api');
  await site.database.query(
    `UPDATE spinegrade_jobs.job SET start_after = now() + interval '9 minutes'
     WHERE id = (SELECT job_id FROM spinegrade.analysis WHERE id = $1)`,
    [id],
  );
  await site.api.queue.work((each) => keptOutcome(site.database, each));
  expect((await retry(id)).body).toMatchObject({ id, created: false, state: 'queued' });
  expect((await ended(id)).state).toBe('stored');
  expect(problem(await retry(id))).toEqual([409, 'nothing-to-retry']);
  expect(problem(await retry(randomUUID()))).toEqual([404, 'not-found']);
});

test('a dead letter says of what, when and in which attempt it failed, until somebody takes note', async () => {
  await site.api.queue.work(async (_, { observe }) => observe('fetch', fails));
  const study = someStudy();
  const id = await failing(study, { note: 'seen by Monday' });
  const mine = async (query = '') =>
    (await deadLetters(query)).filter((letter: { id: string }) => letter.id === id);
  const [letter] = await mine();
  expect(letter).toMatchObject({
    studyInstanceUid: study,
    stage: 'fetch',
    code: 'archive-fault',
    retryable: false,
    note: 'seen by Monday',
    acknowledgedAt: null,
    runbook: 'SpinegradeArchiveFailing',
    attempts: [
      { attempt: 1, stage: 'fetch', code: 'archive-fault', reason: 'fetch: the archive answered 500' },
    ],
  });
  const [{ startedAt, endedAt }] = letter.attempts;
  expect(Date.parse(startedAt)).toBeLessThanOrEqual(Date.parse(endedAt));
  const taken = await acknowledge(id);
  expect(taken.body.acknowledgedAt).not.toBeNull();
  expect((await acknowledge(id)).body.acknowledgedAt).toBe(taken.body.acknowledgedAt);
  expect(await mine()).toEqual([]);
  expect(await mine('?acknowledged=true')).toHaveLength(1);
  const waiting = await site.api.queue.submit(someStudy(), 'api');
  expect(problem(await acknowledge(randomUUID()))).toEqual([404, 'not-found']);
  await ended(waiting.id);
  const stored = await site.api.analysed(someStudy(), fails);
  expect(stored.body.state).toBe('failed');
});
