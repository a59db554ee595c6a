import request from 'supertest';
import { expect, test } from 'vitest';
import { NUMBERING_STATEMENT } from '../src/domain/level.ts';
import { inWords } from '../src/domain/remark.ts';
import type { AnalyzeStudy } from '../src/results/analysis-outcome.ts';
import { apiForEachTest } from './support/api-for-each-test.ts';
import { contractChecker } from './support/contract-check.ts';
import { GRADED, INELIGIBLE, keptOutcome, someStudy } from './support/ledger-sample.ts';

const ANALYZE = ['/studies/{studyInstanceUid}/analyze', 'post'] as const;
const ANALYSES = ['/studies/{studyInstanceUid}/analyses', 'get'] as const;
const ANALYSIS = ['/analyses/{id}', 'get'] as const;
const check = contractChecker();
const site = apiForEachTest();

async function analysed(analyze: AnalyzeStudy) {
  const answer = await site.api.analysed(someStudy(), analyze);
  check(ANALYSIS, answer);
  return answer.body;
}

test('takes a study, says where to follow it, and joins an open analysis', async () => {
  const study = someStudy();
  const first = await request(site.app).post(`/studies/${study}/analyze`);
  check(ANALYZE, first);
  expect(first.status).toBe(202);
  expect(first.body).toEqual({
    id: expect.any(String),
    studyInstanceUid: study,
    created: true,
    state: 'queued',
  });
  expect(first.get('Location')).toBe(`/analyses/${first.body.id}`);
  const second = await request(site.app).post(`/studies/${study}/analyze`).send({});
  expect(second.body).toEqual({ ...first.body, created: false });

  const queued = await request(site.app).get(first.get('Location')!);
  check(ANALYSIS, queued);
  expect(queued.body).toMatchObject({ state: 'queued', stage: null, findings: [], report: null });
  const all = await request(site.app).get(`/studies/${study}/analyses`);
  check(ANALYSES, all);
  expect(all.body).toEqual({ analyses: [queued.body] });
  const none = await request(site.app).get(`/studies/${someStudy()}/analyses`);
  check(ANALYSES, none);
  expect(none.body).toEqual({ analyses: [] });
});

test('shows a stored analysis with findings, levels, series, stages and the report', async () => {
  const body = await analysed(async (study, { observe }) => {
    await observe('select', async () => undefined);
    return keptOutcome(site.database, study);
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
  const second = await request(site.app).post(`/studies/${someStudy()}/analyze`);
  let answer = await request(site.app).get(second.get('Location')!);
  while (answer.body.finishedAt === null) answer = await request(site.app).get(second.get('Location')!);
  check(ANALYSIS, answer);
  expect(answer.body).toMatchObject({ state: 'failed', failure });
});
