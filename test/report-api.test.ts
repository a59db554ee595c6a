import type { Express } from 'express';
import request from 'supertest';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AnalyzeStudy } from '../src/analyze-study.ts';
import { createApp, type ReadinessChecks } from '../src/http/app.ts';
import { type AnalysisQueue, openAnalysisQueue } from '../src/jobs/analysis-queue.ts';
import { openDatabase } from '../src/jobs/open-database.ts';
import type { Database } from '../src/jobs/sql.ts';
import { contractChecker } from './contract-check.ts';
import { type LedgerPlace, startLedgerPlace } from './ledger-databases.ts';
import { recordingEvents } from './ledger-events.ts';
import { GRADED, INELIGIBLE, someStudy, storedOutcome } from './ledger-sample.ts';
import { fhirValidators } from './support/fhir-validators.ts';

const SETTINGS = { concurrency: 1, retryLimit: 0, retryDelayMs: 10, timeoutMs: 60_000 };
const REPORT = ['/studies/{studyInstanceUid}/report', 'get'] as const;

describe('GET /studies/{uid}/report', () => {
  const check = contractChecker();
  let place: LedgerPlace;
  let database: Database;
  let queue: AnalysisQueue;
  let app: Express;
  let study: ReturnType<typeof someStudy>;

  beforeAll(async () => {
    place = await startLedgerPlace('embedded');
    database = await openDatabase({ ...place, onFault: () => undefined });
  });
  afterAll(async () => {
    await database.close();
    await place.remove();
  });
  beforeEach(async () => {
    const { events, registry } = recordingEvents();
    queue = await openAnalysisQueue(database, events, SETTINGS);
    const readiness = () => Promise.reject<ReadinessChecks>(new Error('nobody asks'));
    app = createApp({ queue, readiness, registry, events, validateResponses: true });
    study = someStudy();
  });
  afterEach(() => queue.stop({ timeoutMs: 0 }));

  async function report(accept?: string) {
    const asked = request(app).get(`/studies/${study}/report`);
    const answer = await (accept === undefined ? asked : asked.set('Accept', accept));
    check(REPORT, answer);
    return answer;
  }

  /** The study's analysis, ended. */
  async function analysed(analyze: AnalyzeStudy) {
    await queue.work(analyze);
    const { body } = await request(app).post(`/studies/${study}/analyze`);
    for (;;) {
      const answer = await request(app).get(`/analyses/${body.id}`);
      if (answer.body.finishedAt !== null) return answer.body;
    }
  }

  test('gives the analysis as JSON by default, a FHIR Bundle of the same results when asked', async () => {
    const analysis = await analysed(async (asked) => storedOutcome(asked));
    for (const accept of [undefined, '*/*', 'application/json', 'text/html, application/*;q=0.5']) {
      const answer = await report(accept);
      expect([answer.status, answer.type], accept).toEqual([200, 'application/json']);
      expect(answer.body).toEqual(analysis);
    }
    const bundles = await Promise.all(
      ['application/fhir+json', 'application/fhir+json; fhirVersion=4.0'].map((accept) => report(accept)),
    );
    const { jsonSchema, structureDefinitions } = fhirValidators();
    for (const answer of bundles) {
      expect([answer.status, answer.type]).toEqual([200, 'application/fhir+json']);
      expect(answer.get('Vary')).toContain('Accept');
      const [first, ...others] = answer.body.entry.map((entry: { resource: object }) => entry.resource);
      expect(first).toMatchObject({
        resourceType: 'DiagnosticReport',
        identifier: [{ value: `urn:oid:${analysis.report.sopInstanceUid}` }],
        issued: analysis.finishedAt,
        imagingStudy: [{ identifier: { value: `urn:oid:${study}` } }],
      });
      expect(others).toHaveLength(GRADED.findings.length + 1);
      expect([...jsonSchema(answer.body), ...structureDefinitions(answer.body)]).toEqual([]);
    }
  }, 120_000);

  test('does not know a study that nobody asked for', async () => {
    const answer = await report('application/fhir+json');
    expect([answer.status, answer.type]).toEqual([404, 'application/problem+json']);
    expect(answer.body).toMatchObject({ type: 'urn:spinegrade:problem:not-found' });
  });

  test('says that the analysis has not ended, and when to ask again', async () => {
    await request(app).post(`/studies/${study}/analyze`);
    const answer = await report();
    expect(answer.status).toBe(409);
    expect(answer.get('Retry-After')).toBe('5');
    expect(answer.body).toMatchObject({
      type: 'urn:spinegrade:problem:no-results',
      detail: 'The analysis has not ended yet.',
    });
  });

  test('says why a study has no results', async () => {
    await analysed(async () => INELIGIBLE);
    const ineligible = await report('application/fhir+json');
    expect(ineligible.status).toBe(409);
    expect(ineligible.body.detail).toBe('The study cannot be analysed: no sagittal T2 series.');
    expect(ineligible.get('Retry-After')).toBeUndefined();
  });

  test('says why an analysis failed', async () => {
    await analysed((_, { observe }) =>
      observe('fetch', () => Promise.reject(new Error('the archive answered 403'))),
    );
    const failed = await report();
    expect(failed.status).toBe(409);
    expect(failed.body.detail).toBe('The analysis failed: fetch: the archive answered 403.');
  });

  test('keeps giving the results it has while the study is analysed again', async () => {
    const first = await analysed(async (asked) => storedOutcome(asked));
    await queue.stop({ timeoutMs: 0 });
    const { events, registry } = recordingEvents();
    queue = await openAnalysisQueue(database, events, SETTINGS);
    app = createApp({ queue, readiness: () => Promise.reject(), registry, events, validateResponses: true });
    await request(app).post(`/studies/${study}/analyze`);
    const answer = await report();
    expect([answer.status, answer.body.id]).toEqual([200, first.id]);
  });

  test.each(['application/fhir+xml', 'text/html', 'application/fhir+json; fhirVersion=5.0'])(
    'offers no %s',
    async (accept) => {
      await analysed(async (asked) => storedOutcome(asked));
      const answer = await report(accept);
      expect([answer.status, answer.type]).toEqual([406, 'application/problem+json']);
      expect(answer.body).toMatchObject({ type: 'urn:spinegrade:problem:not-acceptable' });
    },
  );

  test('turns down what is no UID', async () => {
    const answer = await request(app).get('/studies/1.02.3/report');
    check(REPORT, answer);
    expect(answer.status).toBe(400);
  });
});
