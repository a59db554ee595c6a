import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadModelPack, type ModelPack } from '../inference/model-pack.ts';
import { runEvaluation } from './run-evaluation.ts';
import { phantomSources, type StudySource } from './study-source.ts';

const PACK = fileURLToPath(new URL('../../models/default', import.meta.url));
/** Two studies are rendered and graded, which a busy machine may take long for. */
const BUSY_MS = 180_000;
const OPTIONS = { seed: 1, resamples: 0, show: [], onStudy: () => {} };

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
    const { evaluation, submission } = await runEvaluation(pack, sources, OPTIONS);
    expect(evaluation.studies).toMatchObject({ graded: 1, labelledTargets: 25 });
    expect(evaluation.studies.failed).toEqual([{ studyId: 'broken', reasons: ['the disk is gone'] }]);
    expect(evaluation.studies.ineligible).toEqual([
      { studyId: 'phantom-611-black', reasons: [expect.stringContaining('not found')] },
    ]);
    expect(submission.map(([id]) => id)).toContain('phantom-612_spinal_canal_stenosis_l1_l2');
    expect(submission).toHaveLength(25);
  },
  BUSY_MS,
);

test('nothing to evaluate gives figures of nothing, not an error', async () => {
  const { evaluation } = await runEvaluation(pack, [], OPTIONS);
  expect(evaluation.grading.competition.score).toEqual({ value: null, interval: null });
  expect(evaluation.grading.conditions.spinal_canal_stenosis.rows).toBe(0);
  expect(evaluation.localisation).toEqual({ disc: null, canal: null, misnumbered: [] });
});
