import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import request from 'supertest';
import { afterEach, expect, test } from 'vitest';
import { apiForEachTest } from './support/api-for-each-test.ts';
import { contractChecker } from './support/contract-check.ts';
import { INELIGIBLE, keptOutcome, someStudy } from './support/ledger-sample.ts';

const check = contractChecker();
const site = apiForEachTest();
const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.closeAllConnections();
});

const problem = (code: string) => `urn:spinegrade:problem:${code}`;

async function page(query: string) {
  const answer = await request(site.app).get(`/analyses?${query}`);
  check(['/analyses', 'get'], answer);
  return answer;
}

/** What a client reads of the events of an analysis, to the end of the stream. */
async function eventsOf(id: string, headers: Readonly<Record<string, string>> = {}) {
  const server = createServer(site.app).listen(0, '127.0.0.1');
  open.push(server);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/analyses/${id}/events`, { headers });
  return { response, text: response.text() };
}
const parsed = (text: string) =>
  text
    .split('\n\n')
    .filter((block) => block.startsWith('id: '))
    .map((block) => {
      const [id = '', event, data = ''] = block.split('\n');
      return { id: Number(id.slice(4)), event, ...JSON.parse(data.slice('data: '.length)) };
    });

test('the list is told page by page, each once, whatever is opened meanwhile', async () => {
  const mine = [];
  for (let each = 0; each < 5; each += 1) mine.push((await site.api.queue.submit(someStudy(), 'watch')).id);
  const filter = 'state=queued&state=running&trigger=watch&limit=2';
  const told: string[] = [];
  let cursor = '';
  do {
    const { body } = await page(`${filter}${cursor}`);
    told.push(...body.analyses.map(({ id }: { id: string }) => id));
    await site.api.queue.submit(someStudy(), 'watch');
    cursor = body.next === null ? '' : `&cursor=${body.next}`;
  } while (cursor !== '');
  expect(told.slice(0, 5)).toEqual(mine.toReversed());
  expect(new Set(told).size).toBe(told.length);
});

test('the list tells how many findings have which grade, of results alone', async () => {
  const { body } = await site.api.analysed(someStudy(), (study) => keptOutcome(site.database, study));
  const waiting = await site.api.queue.submit(someStudy(), 'api');
  const { analyses } = (await page('')).body as { analyses: { id: string; grades: unknown }[] };
  const counted = { 'Normal/Mild': 0, Moderate: 0, Severe: 0 };
  for (const { grade } of body.findings as { grade: keyof typeof counted }[]) counted[grade] += 1;
  expect(counted['Normal/Mild']).toBeGreaterThan(0);
  expect(analyses.find(({ id }) => id === body.id)!.grades).toEqual(counted);
  expect(analyses.find(({ id }) => id === waiting.id)!.grades).toBeNull();
});

test('many of one instant are told each once too', async () => {
  await site.database.query(
    `INSERT INTO spinegrade.analysis (id, study_instance_uid, trigger, state, job_id, created_at, finished_at)
     SELECT gen_random_uuid(), '2.25.77', 'api', 'stored', gen_random_uuid(), now(), now() FROM generate_series(1, 7)`,
  );
  const told = new Set<string>();
  let next: string | null = null;
  do {
    const { body } = await page(`studyInstanceUid=2.25.77&limit=3${next === null ? '' : `&cursor=${next}`}`);
    for (const { id } of body.analyses) told.add(id);
    next = body.next;
  } while (next !== null);
  expect(told.size).toBe(7);
});

test('a cursor of another filter, and what is none, are refused', async () => {
  for (let each = 0; each < 2; each += 1) await site.api.queue.submit(someStudy(), 'api');
  const { body } = await page('limit=1&trigger=api');
  for (const query of [`limit=1&cursor=${body.next}`, 'cursor=bm9uZQ', 'cursor=____']) {
    const answer = await page(query);
    expect([answer.status, answer.body.type]).toEqual([400, problem('cursor-unusable')]);
  }
  for (const query of ['limit=0', 'limit=1000', 'state=DOE', 'since=yesterday', 'code=DOE^JANE', 'doe=1']) {
    const answer = await page(query);
    expect([answer.status, answer.body.type]).toEqual([400, problem('invalid-request')]);
  }
});

test('filters are held against state, code, priority, trigger, study and time', async () => {
  const study = someStudy();
  const answer = await site.api.analysed(study, async () => INELIGIBLE);
  const { id, createdAt } = answer.body;
  const ids = async (query: string) =>
    (await page(`studyInstanceUid=${study}&${query}`)).body.analyses.map((each: { id: string }) => each.id);
  for (const query of [
    'state=ineligible',
    'code=no-sagittal-t2',
    'priority=routine',
    'trigger=api',
    `since=${createdAt}`,
    'until=2999-01-01T00:00:00Z',
  ])
    expect(await ids(query), query).toEqual([id]);
  for (const query of [
    'state=stored',
    'code=no-axial-t2',
    'priority=stat',
    'trigger=watch',
    `until=${createdAt}`,
  ])
    expect(await ids(query), query).toEqual([]);
});

test('an analysis that has not changed is not sent again', async () => {
  const { id } = await site.api.queue.submit(someStudy(), 'api');
  const first = await request(site.app).get(`/analyses/${id}`);
  const tag = first.get('ETag')!;
  const again = await request(site.app).get(`/analyses/${id}`).set('If-None-Match', `"other", ${tag}`);
  expect([again.status, again.text, again.get('ETag')]).toEqual([304, '', tag]);
  await site.api.queue.submit((await site.api.queue.find(id))!.studyInstanceUid, 'api', {
    request: { priority: 'stat', force: false, note: null, series: {} },
  });
  const changed = await request(site.app).get(`/analyses/${id}`).set('If-None-Match', tag);
  expect(changed.status).toBe(200);
  expect(changed.get('ETag')).not.toBe(tag);
});

test('events tell every stage as it comes, and end with the analysis', async () => {
  const study = someStudy();
  const { id } = await site.api.queue.submit(study, 'api');
  const { response, text } = await eventsOf(id);
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  await site.api.queue.work(async (each, { observe }) => {
    if (each !== study) return INELIGIBLE;
    for (const stage of ['select', 'fetch', 'store'] as const) await observe(stage, () => delay(5));
    return keptOutcome(site.database, each);
  });
  const events = parsed(await text);
  expect(events.map(({ state, stage }) => [state, stage])).toEqual([
    ['queued', null],
    ['running', null],
    ['running', 'select'],
    ['running', 'fetch'],
    ['running', 'store'],
    ['stored', 'store'],
  ]);
  const progress = events.map((event) => event.progress);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  expect([progress.at(0), progress.at(-1)]).toEqual([0, 1]);
  expect(events.every(({ event }) => event === 'event: analysis')).toBe(true);

  const missed = await eventsOf(id, { 'Last-Event-ID': String(events[3].id) });
  expect(parsed(await missed.text)).toEqual(events.slice(4));
  const over = await eventsOf(id, { 'Last-Event-ID': String(events[5].id) });
  expect(over.response.status).toBe(204);
  const head = await request(site.app).head(`/analyses/${id}/events`);
  expect(head.status).toBe(200);
  const unknown = await request(site.app).get('/analyses/6b1f9a52-7a52-4a55-9a4c-0f6a3c1d2e4f/events');
  check(['/analyses/{id}/events', 'get'], unknown);
  expect(unknown.status).toBe(404);
});

test('a client that goes away is not followed for any longer', async () => {
  const { id } = await site.api.queue.submit(someStudy(), 'api');
  const { response, text } = await eventsOf(id);
  text.catch(() => undefined);
  expect(site.api.follower.following).toBe(1);
  await response.body!.cancel().catch(() => undefined);
  for (const server of open) server.closeAllConnections();
  while (site.api.follower.following > 0) await delay(10);
});

test('counts and times of the work', async () => {
  const before = new Date();
  await site.api.analysed(someStudy(), async () => INELIGIBLE);
  await site.api.queue.submit(someStudy(), 'api', {
    request: { priority: 'backfill', force: false, note: null, series: {} },
  });
  const answer = await request(site.app).get(`/stats?since=${before.toISOString()}`);
  check(['/stats', 'get'], answer);
  expect(answer.body).toMatchObject({ byState: { ineligible: 1 }, byCode: { 'no-sagittal-t2': 1 } });
  for (const { median, p95, longest } of [answer.body.waitingSeconds, answer.body.processingSeconds]) {
    expect(median).toBeGreaterThanOrEqual(0);
    expect(p95).toBeLessThanOrEqual(longest);
  }
  const none = await request(site.app).get('/stats?since=2999-01-01T00:00:00Z');
  check(['/stats', 'get'], none);
  expect(none.body.processingSeconds).toEqual({ median: null, p95: null, longest: null });
});
