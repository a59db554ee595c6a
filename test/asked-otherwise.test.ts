import { describe, expect, test } from 'vitest';
import { inWords } from '../src/domain/remark.ts';
import type { AnalysisRun } from '../src/results/analysis-outcome.ts';
import { commentsOf, dcmtkJson } from './support/dcmtk-json.ts';
import { expectWithoutErrors } from './support/expect-left-objects.ts';
import { predecessorOf, reportOf } from './support/kept-report.ts';
import { asAnotherStudy } from './support/phantom-objects.ts';
import { resultsBench } from './support/results-bench.ts';

/** A study analysed as somebody asked for: anew, or with other series. */
const bench = resultsBench();

async function graded(study: Parameters<typeof bench.graded>[0], asked: AnalysisRun['asked']) {
  const outcome = await bench.analyse(study, bench.pack, {}, { asked });
  if (outcome.kind !== 'stored') throw new Error(outcome.reasons.map(inWords).join('; '));
  return outcome;
}

test('a revision that is asked for replaces the report once, says why, and is what is known from then on', async () => {
  const objects = asAnotherStudy(bench.phantom, 11);
  const study = objects[0]!.studyInstanceUid;
  await bench.send(objects);
  const first = reportOf((await bench.graded(study)).results);
  const asked = { revision: '6b1f9a52-7a52-4a55-9a4c-0f6a3c1d2e4f', series: {} };
  const anew = await graded(study, asked);
  const second = reportOf(anew.results);
  expect(await predecessorOf(second.bytes!)).toEqual([first.reference]);
  expect(anew.graded.warnings).toContainEqual({ code: 'composed-anew', facts: {} });
  expect((await commentsOf(await dcmtkJson(second.bytes!))).join()).toContain('because that was asked for');
  expect(await bench.inStudy(study)).toHaveLength(10);
  // Another attempt of the same analysis, and whoever asks for nothing in particular.
  expect(reportOf((await graded(study, asked)).results).reference).toEqual(second.reference);
  expect(reportOf((await bench.graded(study)).results).reference).toEqual(second.reference);
  expect(await bench.inStudy(study)).toHaveLength(10);
});

test('a series that is to be ignored is turned down as by a rule, and the decision says by whom', async () => {
  const objects = asAnotherStudy(bench.phantom, 12);
  const study = objects[0]!.studyInstanceUid;
  await bench.send(objects);
  const axial = objects.find(({ role }) => role === 'axial-t2')!.seriesInstanceUid;
  const { graded: study1 } = await graded(study, { revision: null, series: { [axial]: 'ignore' } });
  const decision = study1.series.find(({ seriesInstanceUid }) => seriesInstanceUid === axial)!;
  expect(decision).toMatchObject({ chosen: false, role: null });
  expect(decision.reasons.map(inWords).join()).toContain('whoever asked for the analysis turns them down');
  expect(study1.warnings).toContainEqual(expect.objectContaining({ code: 'without-axial-t2' }));

  const sagittal = objects.find(({ role }) => role === 'sagittal-t1')!.seriesInstanceUid;
  const contradicted = await bench.analyse(
    study,
    bench.pack,
    {},
    {
      asked: { revision: null, series: { [sagittal]: 'axial-t2' } },
    },
  );
  const decisions = contradicted.kind === 'stored' ? contradicted.graded.series : contradicted.series;
  const words = decisions.filter(({ seriesInstanceUid }) => seriesInstanceUid === sagittal);
  expect(words.flatMap(({ reasons }) => reasons.map(inWords)).join()).toContain(
    'whoever asked for the analysis gives it the role axial-t2',
  );
  expect(words.every(({ chosen }) => !chosen)).toBe(true);
});

describe('every object made above', () => {
  test('is without errors to every validator', () => expectWithoutErrors(bench.left), 1_800_000);
});
