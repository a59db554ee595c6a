import request from 'supertest';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AnalyzeStudy } from '../src/results/analysis-outcome.ts';
import { contractChecker } from './support/contract-check.ts';
import { fhirValidators } from './support/fhir-validators.ts';
import { startTestLedger, type TestLedger } from './support/ledger-databases.ts';
import { GRADED, INELIGIBLE, keptOutcome, someStudy } from './support/ledger-sample.ts';
import { openTestApi, type TestApi } from './support/test-api.ts';

const REPORT = ['/studies/{studyInstanceUid}/report', 'get'] as const;

describe('GET /studies/{uid}/report', () => {
  const check = contractChecker();
  let ledger: TestLedger;
  let api: TestApi;
  let study: ReturnType<typeof someStudy>;

  const openApi = () => openTestApi(ledger.database, () => Promise.reject(new Error('nobody asks')));
  beforeAll(async () => {
    ledger = await startTestLedger('embedded');
  });
  afterAll(() => ledger.close());
  beforeEach(async () => {
    api = await openApi();
    study = someStudy();
  });
  afterEach(() => api.close());

  async function report(accept?: string) {
    const asked = request(api.app).get(`/studies/${study}/report`);
    const answer = await (accept === undefined ? asked : asked.set('Accept', accept));
    check(REPORT, answer);
    return answer;
  }

  /** The study's analysis, ended. */
  const analysed = async (analyze: AnalyzeStudy) => (await api.analysed(study, analyze)).body;

  test('gives the analysis as JSON by default, a FHIR Bundle of the same results when asked', async () => {
    const analysis = await analysed((asked) => keptOutcome(ledger.database, asked));
    for (const accept of [undefined, '*/*', 'application/json', 'text/plain, application/*;q=0.5']) {
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
    await request(api.app).post(`/studies/${study}/analyze`);
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
    expect(ineligible.body.detail).toBe('The study cannot be analysed: no series qualifies as sagittal T2.');
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
    const first = await analysed((asked) => keptOutcome(ledger.database, asked));
    await api.close();
    api = await openApi();
    await request(api.app).post(`/studies/${study}/analyze`);
    const answer = await report();
    expect([answer.status, answer.body.id]).toEqual([200, first.id]);
  });

  test.each(['application/fhir+xml', 'text/plain', 'application/fhir+json; fhirVersion=5.0'])(
    'offers no %s',
    async (accept) => {
      await analysed((asked) => keptOutcome(ledger.database, asked));
      const answer = await report(accept);
      expect([answer.status, answer.type]).toEqual([406, 'application/problem+json']);
      expect(answer.body).toMatchObject({ type: 'urn:spinegrade:problem:not-acceptable' });
    },
  );

  test('turns down what is no UID', async () => {
    const answer = await request(api.app).get('/studies/1..3/report');
    check(REPORT, answer);
    expect(answer.status).toBe(400);
  });
});
