import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../src/domain/assessment.ts';
import type { Grade } from '../src/domain/grade.ts';
import { isIneligible } from '../src/domain/ineligible.ts';
import { inWords } from '../src/domain/remark.ts';
import { type Target, targetKey } from '../src/domain/target.ts';
import { grade } from '../src/inference/grade.ts';
import { loadModelPack } from '../src/inference/pack/load-model-pack.ts';
import type { ModelPack } from '../src/inference/pack/model-pack.ts';
import { phantomStudy } from '../src/phantom/phantom-study.ts';

const PACK = fileURLToPath(new URL('../models/phantom', import.meta.url));
/** Patients whose canal, foramina and recesses are all wide: only what a case changes differs. */
const ALL_NORMAL: Readonly<Record<string, Grade>> = Object.fromEntries(
  ['l1_l2', 'l2_l3', 'l3_l4', 'l4_l5', 'l5_s1'].flatMap((level) =>
    [
      'spinal_canal_stenosis',
      'left_neural_foraminal_narrowing',
      'right_neural_foraminal_narrowing',
      'left_subarticular_stenosis',
      'right_subarticular_stenosis',
    ].map((column) => [`${column}_${level}`, 'Normal/Mild']),
  ),
);

let pack: ModelPack;
beforeAll(async () => {
  pack = await loadModelPack(PACK, { preferred: ['cpu'], required: true }, 2);
});
afterAll(() => pack.close());

async function findings(grades: Readonly<Record<string, Grade>>): Promise<readonly Finding[]> {
  const study = phantomStudy(4242, { family: 'demo', grades: { ...ALL_NORMAL, ...grades } });
  const graded = await grade(pack, study.volumes);
  if (isIneligible(graded)) throw new Error(graded.reasons.map(inWords).join());
  return graded.findings;
}

const at = (all: readonly Finding[], target: Target) =>
  all.find((finding) => targetKey(finding) === targetKey(target))!;
const narrowed = ({ probabilities }: Finding) => probabilities.Moderate + probabilities.Severe;

describe('the committed model of phantoms reads the pixels', () => {
  const cases: readonly Target[] = [
    { condition: 'spinal_canal_stenosis', side: null, level: 'L4/L5' },
    { condition: 'neural_foraminal_narrowing', side: 'left', level: 'L3/L4' },
    { condition: 'neural_foraminal_narrowing', side: 'right', level: 'L5/S1' },
    { condition: 'subarticular_stenosis', side: 'right', level: 'L4/L5' },
  ];

  it('narrowing one place of one patient changes the grade of that place', async () => {
    const before = await findings({});
    for (const target of cases) {
      const after = await findings({ [targetKey(target)]: 'Severe' });
      expect(at(before, target).grade, targetKey(target)).toBe('Normal/Mild');
      expect(at(after, target).grade, targetKey(target)).not.toBe('Normal/Mild');
      expect(narrowed(at(after, target)) - narrowed(at(before, target)), targetKey(target)).toBeGreaterThan(
        0.5,
      );
      expect(at(after, target).probabilities.Severe).toBeGreaterThan(at(before, target).probabilities.Severe);
      if (target.side === null) continue;
      // The other side of the same level was not touched.
      const other: Target = { ...target, side: target.side === 'left' ? 'right' : 'left' };
      expect(narrowed(at(after, other)), targetKey(other)).toBeLessThan(0.5);
    }
  }, 240_000);
});
