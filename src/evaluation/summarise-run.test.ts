import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadModelPack } from '../inference/pack/load-model-pack.ts';
import type { ModelPack } from '../inference/pack/model-pack.ts';
import { chooseStudies, showStudies } from './page/study/show-studies.ts';
import { runStudies } from './run-studies.ts';
import { phantomSources, type StudySource } from './sources/study-source.ts';
import { type StudyOutcome, studyOutcome } from './study-outcome.ts';
import { summariseRun } from './summarise-run.ts';

const PACK = fileURLToPath(new URL('../../models/default', import.meta.url));
/** Two studies are rendered and graded, which a busy machine may take long for. */
const BUSY_MS = 180_000;
const OPTIONS = { seed: 1, resamples: 0 };

let pack: ModelPack;
beforeAll(async () => {
  pack = await loadModelPack(PACK, { preferred: ['cpu'], required: true }, 1);
});
afterAll(() => pack.close());

/** The study without an image of the lumbar spine: every slice black. */
function blackened({ studyId, open }: StudySource): StudySource {
  return {
    studyId: `${studyId}-black`,
    open: async () => {
      const study = await open();
      if (study.kind !== 'labelled') return study;
      const volumes = Object.fromEntries(
        Object.entries(study.volumes).map(([role, volume]) => [
          role,
          {
            ...volume,
            slices: volume.slices.map(({ plane, image }) => ({
              plane,
              image,
              pixels: async () => new Float32Array(plane.rows * plane.columns),
            })),
          },
        ]),
      );
      return { ...study, volumes };
    },
  };
}

test(
  'a study that fails or shows nothing is named, and the others are still evaluated',
  async () => {
    const [first, second] = phantomSources(611, 2, { family: 'demo' });
    const broken: StudySource = {
      studyId: 'broken',
      open: () => Promise.reject(new Error('the disk is gone')),
    };
    const sources = [blackened(first!), broken, second!];
    const outcomes = await runStudies([(i) => studyOutcome(pack, sources[i]!)], sources.length, () => {});
    const { evaluation, submission } = summariseRun(outcomes, OPTIONS);
    expect(evaluation.studies).toMatchObject({ graded: 1, labelledTargets: 25 });
    expect(evaluation.studies.failed).toEqual([{ studyId: 'broken', reasons: ['the disk is gone'] }]);
    expect(evaluation.studies.ineligible).toEqual([
      { studyId: 'phantom-611-black', reasons: [expect.stringContaining('no lumbar spine is to be seen')] },
    ]);
    expect(submission.map(([id]) => id)).toContain('phantom-612_spinal_canal_stenosis_l1_l2');
    expect(submission).toHaveLength(25);
  },
  BUSY_MS,
);

test('nothing to evaluate gives figures of nothing, not an error', async () => {
  const { evaluation } = summariseRun([], OPTIONS);
  expect(evaluation.grading.competition.score).toEqual({ value: null, interval: null });
  expect(evaluation.grading.conditions.spinal_canal_stenosis.rows).toBe(0);
  expect(evaluation.localisation).toEqual({ disc: null, canal: null, misnumbered: [] });
  expect(evaluation.labels).toBeNull();
});

/** An outcome of one target, graded with this certainty to be Normal/Mild, which it is. */
const outcome = (studyId: string, certainty: number, ungraded = 0): StudyOutcome => ({
  kind: 'graded',
  studyId,
  rows: [
    {
      ...({ condition: 'spinal_canal_stenosis', side: null, level: 'L4/L5', truth: 0 } as const),
      posteriors: [certainty, (1 - certainty) / 2, (1 - certainty) / 2],
    },
  ],
  ungraded,
  ...{ labelRows: [], placeErrors: [], numberedRight: true, warnings: [], submission: [] },
});

test('evaluators share the studies, and the order of what comes out is that of the studies', async () => {
  const asked: number[][] = [[], []];
  const evaluator = (k: number) => async (index: number) => {
    asked[k]!.push(index);
    await new Promise((resolve) => setTimeout(resolve, k === 0 ? 20 : 1));
    return outcome(`s${index}`, 0.9);
  };
  const outcomes = await runStudies([evaluator(0), evaluator(1)], 12, () => {});
  expect(outcomes.map(({ studyId }) => studyId)).toEqual(Array.from({ length: 12 }, (_, i) => `s${i}`));
  expect(asked.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i));
  expect(asked[1]!.length).toBeGreaterThan(asked[0]!.length);
});

test('a pack that leaves labelled targets out has no competition score, and the reason is said', async () => {
  const outcomes = [outcome('a', 0.9, 24), outcome('b', 0.8, 24)];
  const { evaluation } = summariseRun(outcomes, OPTIONS);
  expect(evaluation.studies).toMatchObject({ labelledTargets: 2, ungradedTargets: 48 });
  const { competition, conditions } = evaluation.grading;
  expect(competition.score.value).toBeNull();
  expect(competition.notScored).toContain('48');
  expect(conditions.spinal_canal_stenosis.measures.accuracy.value).toBe(1);
  expect(conditions.subarticular_stenosis.measures.accuracy.value).toBeNull();
});

test('the first study and the two whose grades cost most are pictured, or those asked for', () => {
  const failed: StudyOutcome = { kind: 'failed', studyId: 'x', reasons: ['gone'] };
  const outcomes = [failed, outcome('a', 0.9), outcome('b', 0.2), outcome('c', 0.8), outcome('d', 0.4)];
  expect(chooseStudies(outcomes, null)).toEqual([1, 2, 4]);
  expect(chooseStudies(outcomes, ['c', 'x'])).toEqual([3]);
});

test(
  'a pictured study shows what each network that was run saw of each level',
  async () => {
    const sources = phantomSources(611, 1, { family: 'demo' });
    const [shown] = await showStudies(pack, sources, [0]);
    expect(shown!.strips).toHaveLength(5);
    // The last of the pack stands in for the others: it is shown nothing of a whole study.
    const seen = pack.manifest.classifiers
      .slice(0, -1)
      .flatMap(({ sample, inputs }) =>
        (sample === 'level' ? [''] : [' (left)', ' (right)']).map((side) => ({ ...inputs[0]!, side })),
      );
    for (const strips of shown!.strips) {
      expect(strips).toHaveLength(seen.length);
      for (const [k, strip] of strips.entries()) {
        const { views, size, side } = seen[k]!;
        expect(strip).toMatchObject({ width: views.length * size, height: size });
        expect(strip.names).toEqual(views.map(({ name }) => `${name}${side}`));
      }
    }
  },
  BUSY_MS,
);
