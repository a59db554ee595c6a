import request from 'supertest';
import { expect, test } from 'vitest';
import { apiForEachTest, READY } from './support/api-for-each-test.ts';
import { contractChecker } from './support/contract-check.ts';
import { someStudy } from './support/ledger-sample.ts';

const ANALYZE = ['/studies/{studyInstanceUid}/analyze', 'post'] as const;
const check = contractChecker();
const site = apiForEachTest();

test('takes no new work while stopping, still answers questions, and is not ready', async () => {
  const { body } = await request(site.app).post(`/studies/${someStudy()}/analyze`);
  await site.api.close();
  const refused = await request(site.app).post(`/studies/${someStudy()}/analyze`);
  check(ANALYZE, refused);
  expect(refused.status).toBe(503);
  expect(refused.get('Retry-After')).toBe('10');
  expect((await request(site.app).get(`/analyses/${body.id}`)).status).toBe(200);
  const ready = await request(site.app).get('/readyz');
  check(['/readyz', 'get'], ready);
  expect(ready.body.status).toBe('stopping');
});

test('is ready when every check passes, and says which one does not', async () => {
  const ready = await request(site.app).get('/readyz');
  check(['/readyz', 'get'], ready);
  expect([ready.status, ready.body]).toEqual([200, { status: 'ready', checks: READY }]);
  site.checks = { ...READY, archive: { ok: false, detail: 'connection refused' } };
  const unready = await request(site.app).get('/readyz');
  check(['/readyz', 'get'], unready);
  expect([unready.status, unready.body]).toEqual([503, { status: 'not-ready', checks: site.checks }]);
});

test('leaves out of the verdict what it is told to, and still says how it is', async () => {
  site.checks = { ...READY, archive: { ok: false, detail: 'connection refused' } };
  const ask = async (query: string) => {
    const answer = await request(site.app).get(`/readyz${query}`);
    check(['/readyz', 'get'], answer);
    return answer;
  };
  for (const query of ['?exclude=archive', '?exclude=watcher&exclude=archive']) {
    const { status, body } = await ask(query);
    expect([status, body]).toEqual([200, { status: 'ready', checks: site.checks }]);
  }
  for (const query of ['?exclude=watcher', '?exclude=', '?exclude=weather', '?exclude=archive,watcher']) {
    expect((await ask(query)).status, query).toBe(query === '?exclude=watcher' ? 503 : 400);
  }
});

test('tells that it lives, its metrics and its contract', async () => {
  const health = await request(site.app).get('/healthz');
  check(['/healthz', 'get'], health);
  expect(health.body).toEqual({ status: 'ok' });
  const contract = await request(site.app).get('/openapi.yaml').buffer(true);
  check(['/openapi.yaml', 'get'], contract);
  expect(contract.text ?? String(contract.body)).toContain('openapi: 3.1.0');
  const metrics = await request(site.app).get('/metrics');
  check(['/metrics', 'get'], metrics);
  expect(metrics.text).toContain(
    'spinegrade_http_request_duration_seconds_count{method="GET",route="/healthz",status="200"} 1',
  );
});

test('tells how a shadow pack compares since a time, of the last 30 days unless asked otherwise', async () => {
  const empty = await request(site.app).get('/shadow');
  check(['/shadow', 'get'], empty);
  expect([empty.status, empty.body.pairs]).toEqual([200, []]);
  const days = (Date.now() - Date.parse(empty.body.since)) / 86_400_000;
  expect(days).toBeCloseTo(30, 1);
  const since = await request(site.app).get('/shadow').query({ since: '2026-11-01T00:00:00Z' });
  expect(since.body.since).toBe('2026-11-01T00:00:00.000Z');
  const nonsense = await request(site.app).get('/shadow').query({ since: 'yesterday' });
  check(['/shadow', 'get'], nonsense);
  expect(nonsense.status).toBe(400);
});

test('names paths of the contract in logs and metrics, never those asked for', async () => {
  const study = someStudy();
  await request(site.app).get(`/studies/${study}/analyses`);
  await request(site.app).get(`/nothing/${study}`);
  const routes = site.api.lines.filter(({ event }) => event === 'http-request').map(({ route }) => route);
  expect(routes).toEqual(['/studies/{studyInstanceUid}/analyses', 'none']);
  expect(await site.api.registry.metrics()).not.toContain(study);
});

test('sends protective headers and does not say what it is made with', async () => {
  for (const path of ['/healthz', '/nothing']) {
    const answer = await request(site.app).get(path);
    expect(answer.get('X-Content-Type-Options')).toBe('nosniff');
    expect(answer.get('Cache-Control')).toBe('no-store');
    expect(answer.get('X-Powered-By')).toBeUndefined();
  }
});
