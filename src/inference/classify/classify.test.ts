import { describe, expect, test } from 'vitest';
import { GRADES } from '../../domain/grade.ts';
import { LEVELS } from '../../domain/level.ts';
import { inWords } from '../../domain/remark.ts';
import { targetKey } from '../../domain/target.ts';
import type { Volumes } from '../../volume/volume.ts';
import type { GradeHead } from '../pack/classifier-output.ts';
import type { ClassifierSpec } from '../pack/classifier-spec.ts';
import { tinyNetwork } from '../pack/tiny-pack.fixture.ts';
import {
  axial,
  calibration,
  canalHead,
  input,
  levels,
  logits,
  part,
  softmax,
  spec,
  study,
  tinyPacks,
  view,
} from './classify.fixture.ts';

const { read } = tinyPacks();
const graded = (heads: readonly GradeHead[]) =>
  ({ name: 'logits', activation: 'softmax', classes: GRADES, heads }) as const;

describe('classify', () => {
  test.each(['views', 'channels', 'volume'] as const)('serves the layout %s', async (layout) => {
    const asked = spec({ inputs: [input(layout, [view()])] });
    const { findings, observations, warnings, regions } = await read([asked]);
    expect(warnings).toEqual([]);
    expect(observations).toEqual([]);
    expect(findings.map(({ level, side }) => [level, side])).toEqual(LEVELS.map((level) => [level, null]));
    for (const [l, { probabilities, location }] of findings.entries()) {
      const wanted = softmax(logits(asked, [part(regions[0]!.inputs[0]!, l, 5)]), calibration);
      for (const [g, grade] of GRADES.entries()) expect(probabilities[grade]).toBeCloseTo(wanted[g]!, 4);
      expect(location?.role).toBe('sagittal-t2');
    }
  });

  test('reads several inputs and a mask', async () => {
    const inputs = [
      input('volume', [view()], 'sagittal'),
      input('views', [axial('left'), axial('right')], 'axial'),
    ];
    const asked = spec({ inputs, mask: 'mask' });
    const { 'axial-t2': _, ...withoutAxial } = study.volumes;
    const { findings, warnings, regions } = await read([asked], withoutAxial);
    expect(warnings).toEqual([]);
    const [sagittal, blank] = regions[0]!.inputs as [Float32Array, Float32Array];
    expect(blank.every((value) => value === 0)).toBe(true);
    const seen = [part(sagittal, 2, 5), part(blank, 2, 5), Float32Array.of(1, 0, 0)];
    const wanted = softmax(logits(asked, seen), calibration);
    expect(findings[2]!.probabilities.Severe).toBeCloseTo(wanted[2]!, 4);
  });

  test('a fallback head counts only where no other network reads the target', async () => {
    const other = { ...calibration, bias: [2, 0, 0] };
    const first = spec({ output: graded([{ ...canalHead, fallback: true }]) });
    const second = spec({
      file: 'b.onnx',
      levels: ['L3/L4', 'L4/L5'],
      output: graded([{ ...canalHead, calibration: other }]),
    });
    const { findings, regions } = await read([first, second]);
    for (const [l, { level, probabilities }] of findings.entries()) {
      const k = second.levels.indexOf(level);
      const wanted =
        k < 0
          ? softmax(logits(first, [part(regions[0]!.inputs[0]!, l, 5)]), calibration)
          : softmax(logits(second, [part(regions[1]!.inputs[0]!, k, 2)]), other);
      expect(probabilities.Severe).toBeCloseTo(wanted[2]!, 4);
    }
  });

  test('a network reads nothing of a sample without the series that it requires', async () => {
    const inputs = [input('views', [view(), axial('left')])];
    const asked = spec({ inputs, mask: 'mask', requires: ['sagittal-t2'] });
    const { 'sagittal-t2': _, ...withoutSagittal } = study.volumes;
    const { findings, warnings } = await read([asked], withoutSagittal);
    expect(findings).toEqual([]);
    expect(warnings.map(({ code }) => code)).toEqual(['not-read']);
    expect((await read([asked])).findings).toHaveLength(5);
  });

  test('calibrates a sample that lacks a series as the manifest says for that lack', async () => {
    const without = { roles: ['axial-t2'], temperature: 3, bias: [-0.4, 0.6, 0.1] } as const;
    const other = { roles: ['sagittal-t2'], temperature: 9, bias: [0, 0, 0] } as const;
    const heads = [{ ...canalHead, calibrationWithout: [other, without] }];
    const asked = spec({
      ...{ inputs: [input('views', [view(), axial('left')])], mask: 'mask' },
      output: { name: 'logits', activation: 'softmax', classes: GRADES, heads },
    });
    const stack = study.volumes['axial-t2']!;
    const middle = (levels[2]!.canalMm[2] + levels[3]!.canalMm[2]) / 2;
    const low = stack.slices.filter(({ plane }) => plane.originMm[2] < middle);
    const volumes: Volumes = { ...study.volumes, 'axial-t2': { ...stack, slices: low } };
    const { findings, regions } = await read([asked], volumes);
    const { inputs, mask } = regions[0]!;
    expect([...mask]).toEqual([1, 0, 1, 0, 1, 0, 1, 1, 1, 1]);
    for (const [l, { probabilities }] of findings.entries()) {
      const seen = [part(inputs[0]!, l, 5), part(mask, l, 5)];
      const wanted = softmax(
        logits(asked, seen),
        l < 3 ? { ...without, bias: [...without.bias] } : calibration,
      );
      for (const [g, grade] of GRADES.entries()) expect(probabilities[grade]).toBeCloseTo(wanted[g]!, 4);
    }
  });

  test('grades each side from its own sample', async () => {
    const heads = [{ ...canalHead, condition: 'subarticular_stenosis', side: 'near' } as const];
    const asked = spec({
      ...{ sample: 'level-side', levels: ['L3/L4', 'L5/S1'], inputs: [input('channels', [axial('near')])] },
      output: { name: 'logits', activation: 'softmax', classes: GRADES, heads },
    });
    const { findings, regions } = await read([asked]);
    expect(findings.map(targetKey)).toEqual([
      'left_subarticular_stenosis_l3_l4',
      'right_subarticular_stenosis_l3_l4',
      'left_subarticular_stenosis_l5_s1',
      'right_subarticular_stenosis_l5_s1',
    ]);
    for (const [s, { probabilities }] of findings.entries()) {
      const wanted = softmax(logits(asked, [part(regions[0]!.inputs[0]!, s, 4)]), calibration);
      expect(probabilities.Moderate).toBeCloseTo(wanted[1]!, 4);
    }
    expect(findings[0]!.probabilities).not.toEqual(findings[1]!.probabilities);
  });

  test('observes labels, in order, present from one half', async () => {
    const heads = (['bulge', 'herniation'] as const).map((label) => ({
      label,
      calibration: { temperature: 2, bias: [0.25] },
    }));
    const asked = spec({ output: { name: 'labels', activation: 'sigmoid', heads } });
    const { findings, observations, regions } = await read([asked]);
    expect(findings).toEqual([]);
    expect(observations.map(({ level, label }) => `${level} ${label}`).slice(0, 3)).toEqual([
      'L1/L2 herniation',
      'L1/L2 bulge',
      'L2/L3 herniation',
    ]);
    const [bulge] = logits(asked, [part(regions[0]!.inputs[0]!, 0, 5)]);
    const wanted = 1 / (1 + Math.exp(-(bulge! / 2 + 0.25)));
    expect(observations[1]!.probability).toBeCloseTo(wanted, 4);
    for (const { probability, present, location } of observations) {
      expect(present).toBe(probability >= 0.5);
      expect(location?.role).toBe('sagittal-t2');
    }
  });

  test('does not grade what a network without a mask cannot see, and says so', async () => {
    const heads = [{ ...canalHead, condition: 'subarticular_stenosis', side: 'near' } as const];
    const recess = spec({
      ...{ file: 'recess.onnx', sample: 'level-side', inputs: [input('channels', [axial('near')])] },
      output: { name: 'logits', activation: 'softmax', classes: GRADES, heads },
    });
    const stack = study.volumes['axial-t2']!;
    const [above, below] = [levels[3]!.canalMm[2] + 15, levels[2]!.canalMm[2] - 15];
    const low = stack.slices.filter(({ plane }) => plane.originMm[2] < Math.max(above, below));
    const volumes: Volumes = { ...study.volumes, 'axial-t2': { ...stack, slices: low } };
    const partly = await read([recess], volumes);
    expect(partly.findings.map(targetKey)).toEqual([
      ...['left_subarticular_stenosis_l4_l5', 'right_subarticular_stenosis_l4_l5'],
      ...['left_subarticular_stenosis_l5_s1', 'right_subarticular_stenosis_l5_s1'],
    ]);
    expect(partly.warnings.map(inWords)).toEqual([
      'Network recess.onnx did not read L1/L2 left, L1/L2 right, L2/L3 left, L2/L3 right, L3/L4 left, L3/L4 right: there is no axial T2 image there.',
    ]);
    const { 'axial-t2': _, ...withoutAxial } = study.volumes;
    const nothing = await read([recess], withoutAxial);
    expect(nothing.findings).toEqual([]);
    expect(nothing.warnings.map(inWords)).toEqual([
      'Network recess.onnx did not read any level it is made for: there is no axial T2 image there.',
    ]);
    const both = await read([recess, spec({})], withoutAxial);
    expect(both.findings).toHaveLength(5);
    expect(both.warnings).toHaveLength(1);
  });

  test.each(['views', 'channels', 'volume'] as const)(
    'fails loudly when a network of layout %s answers with what is not finite',
    async (layout) => {
      const endless = (of: ClassifierSpec) => ({
        ...tinyNetwork(of),
        weights: [Number.POSITIVE_INFINITY, 1, 1],
      });
      const asked = spec({ inputs: [input(layout, [view()])] });
      await expect(read([asked], study.volumes, endless)).rejects.toThrow(
        'network a.onnx: output logits holds values that are not finite',
      );
    },
  );
});
