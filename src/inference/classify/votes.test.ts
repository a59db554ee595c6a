import { describe, expect, test } from 'vitest';
import { GRADES } from '../../domain/grade.ts';
import { LEVEL_TARGETS } from '../../domain/target.ts';
import type { ClassifierSpec } from '../pack/classifier-spec.ts';
import {
  axial,
  calibration,
  canalHead,
  input,
  logits,
  part,
  softmax,
  spec,
  tinyPacks,
} from './classify.fixture.ts';

const { read } = tinyPacks();

describe('votes', () => {
  test('merges four grades into three, and gives a grade without a class probability 0', async () => {
    const four = { temperature: 1, bias: [0.1, 0.2, 0.3, 0.4] };
    const two = { temperature: 1, bias: [0.5, -0.5] };
    const asked = (classes: ClassifierSpec['output'] & { activation: 'softmax' }) =>
      spec({ output: classes });
    const fourGrades = asked({
      ...{ name: 'logits', activation: 'softmax', classes: ['Normal', 'Mild', 'Moderate', 'Severe'] },
      heads: [{ ...canalHead, calibration: four }],
    });
    const binary = asked({
      ...{ name: 'logits', activation: 'softmax', classes: ['Normal/Mild', 'Severe'] },
      heads: [{ ...canalHead, calibration: two }],
    });
    const [ofFour, ofTwo] = [await read([fourGrades]), await read([binary])];
    const seen = [part(ofFour.regions[0]!.inputs[0]!, 0, 5)];
    const [normal, mild, moderate] = softmax(logits(fourGrades, seen), four);
    expect(ofFour.findings[0]!.probabilities['Normal/Mild']).toBeCloseTo(normal! + mild!, 4);
    expect(ofFour.findings[0]!.probabilities.Moderate).toBeCloseTo(moderate!, 4);
    expect(ofTwo.findings[0]!.probabilities.Moderate).toBe(0);
    expect(ofTwo.findings[0]!.probabilities.Severe).toBeCloseTo(softmax(logits(binary, seen), two)[1]!, 4);
  });

  test('averages the calibrated posteriors of several networks, each target over those that read it', async () => {
    const heads = LEVEL_TARGETS.map((target) => ({ ...target, calibration }));
    const all = spec({ output: { name: 'logits', activation: 'softmax', classes: GRADES, heads } });
    const canalOnly = spec({
      file: 'b.onnx',
      levels: ['L4/L5'],
      inputs: [input('channels', [axial('left')])],
    });
    const [first, second] = [await read([all]), await read([canalOnly])];
    const together = await read([all, canalOnly]);
    const canalOf = ({ findings }: typeof first, level: string) =>
      findings.find((f) => f.level === level && f.side === null)!.probabilities;
    expect(together.findings).toHaveLength(25);
    for (const grade of GRADES) {
      expect(canalOf(together, 'L4/L5')[grade]).toBeCloseTo(
        (canalOf(first, 'L4/L5')[grade] + canalOf(second, 'L4/L5')[grade]) / 2,
        6,
      );
    }
    expect(canalOf(together, 'L3/L4')).toEqual(canalOf(first, 'L3/L4'));
  });
});
