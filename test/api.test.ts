import { randomUUID } from 'node:crypto';
import request from 'supertest';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { NUMBERING_STATEMENT } from '../src/domain/level.ts';
import { inWords } from '../src/domain/remark.ts';
import { createApp } from '../src/http/app.ts';
import type { ReadinessChecks } from '../src/http/operations/operations-routes.ts';
import type { AnalyzeStudy } from '../src/results/analysis-outcome.ts';
import { contractChecker } from './support/contract-check.ts';
import { startTestLedger, type TestLedger } from './support/ledger-databases.ts';
import { GRADED, INELIGIBLE, keptOutcome, someStudy } from './support/ledger-sample.ts';
import { openTestApi, type TestApi } from './support/test-api.ts';

const ANALYZE = ['/studies/{studyInstanceUid}/analyze', 'post'] as const;
const ANALYSES = ['/studies/{studyInstanceUid}/analyses', 'get'] as const;
const ANALYSIS = ['/analyses/{id}', 'get'] as const;

const READY: ReadinessChecks = {
  database: { ok: true, detail: null },
  archive: { ok: true, detail: null },
  modelPack: { ok: true, detail: null, name: 'default', sha256: 'ab', executionProvider: 'cpu' },
  watcher: { ok: true, detail: null, enabled: true, lastPollAt: new Date(0).toISOString() },
};

describe('the HTTP API', () => {
  const check = contractChecker();
  let ledger: TestLedger;
  let api: TestApi;
  let app: TestApi['app'];
  let checks: ReadinessChecks;

  beforeAll(async () => {
    ledger = await startTestLedger('embedded');
  });
  afterAll(() => ledger.close());
  beforeEach(async () => {
    checks = READY;
    api = await openTestApi(ledger.database, async () => checks);
    app = api.app;
  });
  afterEach(() => api.close());

  async function analysed(analyze: AnalyzeStudy) {
    const answer = await api.analysed(someStudy(), analyze);
    check(ANALYSIS, answer);
    return answer.body;
  }

  test('takes a study, says where to follow it, and joins an open analysis', async () => {
    const study = someStudy();
    const first = await request(app).post(`/studies/${study}/analyze`);
    check(ANALYZE, first);
    expect(first.status).toBe(202);
    expect(first.body).toEqual({ id: expect.any(String), studyInstanceUid: study, created: true });
    expect(first.get('Location')).toBe(`/analyses/${first.body.id}`);
    const second = await request(app).post(`/studies/${study}/analyze`).send({});
    expect(second.body).toEqual({ ...first.body, created: false });

    const queued = await request(app).get(first.get('Location')!);
    check(ANALYSIS, queued);
    expect(queued.body).toMatchObject({ state: 'queued', stage: null, findings: [], report: null });
    const all = await request(app).get(`/studies/${study}/analyses`);
    check(ANALYSES, all);
    expect(all.body).toEqual({ analyses: [queued.body] });
    const none = await request(app).get(`/studies/${someStudy()}/analyses`);
    check(ANALYSES, none);
    expect(none.body).toEqual({ analyses: [] });
  });

  test('shows a stored analysis with findings, levels, series, stages and the report', async () => {
    const body = await analysed(async (study, { observe }) => {
      await observe('select', async () => undefined);
      return keptOutcome(ledger.database, study);
    });
    expect(body).toMatchObject({ state: 'stored', stage: 'select', attempts: 1, failure: null, reasons: [] });
    expect(body.findings).toHaveLength(25);
    expect(body.findings[0]).toMatchObject({
      condition: 'spinal_canal_stenosis',
      side: null,
      level: 'L1/L2',
      grade: 'Normal/Mild',
      probabilities: { 'Normal/Mild': 0.9, Moderate: 0.1, Severe: 0 },
      location: { pointMm: [1, 2, 3], pixel: [100.5, 200.5], role: 'sagittal-t2', frameNumber: null },
    });
    expect(body.findings[24]).toMatchObject({
      location: null,
      unseenAt: { pointMm: [1, 2, 3], frameOfReferenceUid: '2.25.7' },
    });
    expect(body.levels).toEqual(GRADED.levels);
    expect(body.series).toEqual([
      {
        ...GRADED.series[0],
        reasons: [
          'sagittal by orientation, 15 slices, 4.0 mm apart, pixels of 0.70 mm',
          'chosen as sagittal T2',
        ],
        reasonCodes: ['stack', 'chosen'],
      },
      { ...GRADED.series[1], reasons: ['a localiser'], reasonCodes: [null] },
    ]);
    expect(body.warnings).toEqual(GRADED.warnings);
    expect(body.warningCodes).toEqual([null]);
    expect(body.numbering).toBe(NUMBERING_STATEMENT);
    expect(body.algorithm).toEqual(GRADED.algorithm);
    expect(body.stagesMs).toEqual({ select: expect.any(Number) });
    expect(body.report.sopInstanceUid).toMatch(/^2\.25\./);
    expect(body.objects).toMatchObject([{ kind: 'SR', ...body.report, warning: null }, { kind: 'SC' }]);
    expect(body.predecessors).toEqual([]);
  });

  test('shows why a study is ineligible, and why an analysis failed', async () => {
    let ineligible = true;
    const analyze: AnalyzeStudy = (_, { observe }) =>
      observe('fetch', async () => {
        if (ineligible) return INELIGIBLE;
        throw new Error('the archive answered 403');
      });
    const { reasons, series } = INELIGIBLE;
    expect(await analysed(analyze)).toMatchObject({
      state: 'ineligible',
      reasons: reasons.map(inWords),
      reasonCodes: ['no-sagittal-t2'],
      series: series.map(({ reasons, ...rest }) => ({ ...rest, reasons: reasons.map(inWords) })),
      findings: [],
      numbering: null,
    });
    ineligible = false;
    const failure = { stage: 'fetch', reason: 'fetch: the archive answered 403', retryable: false };
    const second = await request(app).post(`/studies/${someStudy()}/analyze`);
    let answer = await request(app).get(second.get('Location')!);
    while (answer.body.finishedAt === null) answer = await request(app).get(second.get('Location')!);
    check(ANALYSIS, answer);
    expect(answer.body).toMatchObject({ state: 'failed', failure });
  });

  test.each(['1.0x2.3', 'abc', `1.${'2'.repeat(70)}`, '1..2', '1.2.', "1.2'; DROP TABLE analysis"])(
    'turns down the malformed UID %s without repeating it',
    async (text) => {
      const posted = await request(app).post(`/studies/${encodeURIComponent(text)}/analyze`);
      check(ANALYZE, posted);
      expect(posted.status).toBe(400);
      expect(posted.body).toMatchObject({ type: 'urn:spinegrade:problem:invalid-request', status: 400 });
      expect(posted.body.detail).toContain('params/studyInstanceUid must');
      expect(posted.text).not.toContain(text);
      const listed = await request(app).get(`/studies/${encodeURIComponent(text)}/analyses`);
      check(ANALYSES, listed);
      expect(listed.status).toBe(400);
    },
  );

  test('answers 404 for an unknown analysis, 400 for what is no id', async () => {
    const unknown = await request(app).get(`/analyses/${randomUUID()}`);
    check(ANALYSIS, unknown);
    expect(unknown.status).toBe(404);
    expect(unknown.body).toMatchObject({ type: 'urn:spinegrade:problem:not-found', title: 'Not found' });
    const malformed = await request(app).get('/analyses/7');
    check(ANALYSIS, malformed);
    expect(malformed.status).toBe(400);
  });

  test('answers every other mistake with a problem document too', async () => {
    const send = {
      'not-found': request(app).get('/wp-admin'),
      'method-not-allowed': request(app).delete(`/analyses/${randomUUID()}`),
      'payload-too-large': request(app)
        .post(`/studies/${someStudy()}/analyze`)
        .send({ padding: 'x'.repeat(20_000) }),
      'invalid-request': request(app)
        .post(`/studies/${someStudy()}/analyze`)
        .set('Content-Type', 'application/json')
        .send('{"patient": "DOE^JANE"'),
    };
    const statuses = {
      'not-found': 404,
      'method-not-allowed': 405,
      'payload-too-large': 413,
      'invalid-request': 400,
    };
    for (const [kind, sent] of Object.entries(send)) {
      const answer = await sent;
      expect(answer.status, kind).toBe(statuses[kind as keyof typeof statuses]);
      expect(answer.type).toBe('application/problem+json');
      expect(answer.body).toEqual({
        type: `urn:spinegrade:problem:${kind}`,
        title: expect.any(String),
        status: answer.status,
        detail: expect.any(String),
        instance: expect.stringMatching(/^urn:uuid:/),
      });
      expect(answer.text).not.toContain('DOE');
      if (kind === 'method-not-allowed') expect(answer.get('Allow')).toBe('GET, HEAD');
    }
    const unencoded = await request(app).get('/analyses/%zz');
    check(ANALYSIS, unencoded);
    expect(unencoded.status).toBe(400);
  });

  test('hides a fault of its own behind an instance that the log knows', async () => {
    const broken = {
      ...api.queue,
      find: () => Promise.reject(new Error('relation of DOE^JANE does not exist')),
    };
    const { events, registry, lines } = api;
    const faulty = createApp({ queue: broken, readiness: async () => checks, registry, events });
    const answer = await request(faulty).get(`/analyses/${randomUUID()}`);
    check(ANALYSIS, answer);
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('DOE');
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'http-fault', instance: answer.body.instance }),
    );
  });

  test('takes no new work while stopping, still answers questions, and is not ready', async () => {
    const { body } = await request(app).post(`/studies/${someStudy()}/analyze`);
    await api.close();
    const refused = await request(app).post(`/studies/${someStudy()}/analyze`);
    check(ANALYZE, refused);
    expect(refused.status).toBe(503);
    expect(refused.get('Retry-After')).toBe('10');
    expect((await request(app).get(`/analyses/${body.id}`)).status).toBe(200);
    const ready = await request(app).get('/readyz');
    check(['/readyz', 'get'], ready);
    expect(ready.body.status).toBe('stopping');
  });

  test('is ready when every check passes, and says which one does not', async () => {
    const ready = await request(app).get('/readyz');
    check(['/readyz', 'get'], ready);
    expect([ready.status, ready.body]).toEqual([200, { status: 'ready', checks: READY }]);
    checks = { ...READY, archive: { ok: false, detail: 'connection refused' } };
    const unready = await request(app).get('/readyz');
    check(['/readyz', 'get'], unready);
    expect([unready.status, unready.body]).toEqual([503, { status: 'not-ready', checks }]);
  });

  test('tells that it lives, its metrics and its contract', async () => {
    const health = await request(app).get('/healthz');
    check(['/healthz', 'get'], health);
    expect(health.body).toEqual({ status: 'ok' });
    const contract = await request(app).get('/openapi.yaml').buffer(true);
    check(['/openapi.yaml', 'get'], contract);
    expect(contract.text ?? String(contract.body)).toContain('openapi: 3.1.0');
    const metrics = await request(app).get('/metrics');
    check(['/metrics', 'get'], metrics);
    expect(metrics.text).toContain(
      'spinegrade_http_request_duration_seconds_count{method="GET",route="/healthz",status="200"} 1',
    );
  });

  test('names paths of the contract in logs and metrics, never those asked for', async () => {
    const study = someStudy();
    await request(app).get(`/studies/${study}/analyses`);
    await request(app).get(`/nothing/${study}`);
    const routes = api.lines.filter(({ event }) => event === 'http-request').map(({ route }) => route);
    expect(routes).toEqual(['/studies/{studyInstanceUid}/analyses', 'none']);
    expect(await api.registry.metrics()).not.toContain(study);
  });

  test('sends protective headers and does not say what it is made with', async () => {
    for (const path of ['/healthz', '/nothing']) {
      const answer = await request(app).get(path);
      expect(answer.get('X-Content-Type-Options')).toBe('nosniff');
      expect(answer.get('Cache-Control')).toBe('no-store');
      expect(answer.get('X-Powered-By')).toBeUndefined();
    }
  });
});
