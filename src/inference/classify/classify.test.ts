import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { LocalisedLevel } from '../../domain/assessment.ts';
import { GRADES } from '../../domain/grade.ts';
import { LEVELS } from '../../domain/level.ts';
import { inWords } from '../../domain/remark.ts';
import { LEVEL_TARGETS, targetKey } from '../../domain/target.ts';
import { phantomStudy } from '../../phantom/phantom-study.ts';
import type { Volumes } from '../../volume/volume.ts';
import { cropRegions } from '../crop/crop-regions.ts';
import type { TinyNetwork } from '../network/tiny-onnx.fixture.ts';
import { loadModelPack } from '../pack/model-pack.ts';
import { ModelPackError } from '../pack/model-pack-error.ts';
import type { ClassifierSpec, InputSpec, PackManifest, ViewSpec } from '../pack/pack-manifest.ts';
import { tinyNetwork, writeTinyPack } from '../pack/tiny-pack.fixture.ts';
import { classify } from './classify.ts';

/** Slices are rendered, which a busy machine may take long for. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const CPU = { preferred: ['cpu'], required: true } as const;
const study = phantomStudy(3, { family: 'demo' });
const levels: LocalisedLevel[] = study.truth.levels.map((level) => ({ ...level, confidence: 1 }));
let committed: PackManifest;
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tiny-'));
  committed = JSON.parse(await readFile('models/default/manifest.json', 'utf8')) as PackManifest;
});
afterAll(() => rm(root, { recursive: true }));

const view = (more: Partial<ViewSpec> = {}): ViewSpec => ({
  ...{ name: 'canal', role: 'sagittal-t2', plane: 'sagittal', side: null, slicesMm: [-4, 0, 4] },
  ...{ toleranceMm: 5, ...more },
});
const axial = (side: ViewSpec['side']) => view({ role: 'axial-t2', plane: 'axial', side });
const input = (layout: InputSpec['layout'], views: readonly ViewSpec[], name = 'images'): InputSpec => ({
  ...{ name, layout, size: 24, mmPerPixel: 2 },
  ...{ normalise: { kind: 'percentile', low: 1, high: 99 }, views },
});
const calibration = { temperature: 1.5, bias: [0.3, -0.1, 0.2] };
const canalHead = { condition: 'spinal_canal_stenosis', side: null, calibration } as const;
const spec = (more: Partial<ClassifierSpec>): ClassifierSpec => ({
  ...{ file: 'a.onnx', sha256: '', sample: 'level', levels: LEVELS, inputs: [input('views', [view()])] },
  output: { name: 'logits', activation: 'softmax', classes: GRADES, heads: [canalHead] },
  ...more,
});

let packs = 0;
async function pack(
  classifiers: readonly ClassifierSpec[],
  network: (of: ClassifierSpec) => TinyNetwork = tinyNetwork,
) {
  const folder = join(root, String(packs++));
  await writeTinyPack(folder, { ...committed, classifiers }, network);
  return loadModelPack(folder, CPU, 1);
}

async function read(
  classifiers: readonly ClassifierSpec[],
  volumes: Volumes = study.volumes,
  network: (of: ClassifierSpec) => TinyNetwork = tinyNetwork,
) {
  const loaded = await pack(classifiers, network);
  try {
    const regions = await cropRegions(classifiers, volumes, levels);
    return { regions, ...(await classify(loaded, regions, levels, volumes)) };
  } finally {
    await loaded.close();
  }
}

const mean = (values: Float32Array) => values.reduce((a, b) => a + b, 0) / values.length;
/** What the tiny network answers to a sample. */
function logits(of: ClassifierSpec, seen: readonly Float32Array[]): number[] {
  const { weights, biases } = tinyNetwork(of);
  const sum = seen.reduce((total, values) => total + mean(values), 0);
  return weights.map((weight, i) => weight * sum + biases[i]!);
}
function softmax(values: readonly number[], { temperature, bias }: { temperature: number; bias: number[] }) {
  const powers = bias.map((b, i) => Math.exp(values[i]! / temperature + b));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}
const part = (values: Float32Array, i: number, of: number) =>
  values.subarray((i * values.length) / of, ((i + 1) * values.length) / of);

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

describe('a network that is not what the manifest says is refused', () => {
  const problems = async (
    network: (of: TinyNetwork) => TinyNetwork,
    asked: ClassifierSpec = spec({}),
  ): Promise<readonly string[]> => {
    const fault = await pack([asked], (of) => network(tinyNetwork(of))).catch((cause: unknown) => cause);
    expect(fault).toBeInstanceOf(ModelPackError);
    return (fault as ModelPackError).problems;
  };

  test('for its shapes, whatever the layout', async () => {
    expect(await problems((of) => ({ ...of, inputs: [{ name: 'images', dims: [3, 24, 24] }] }))).toEqual([
      'a.onnx: input images is [5,3,24,24], the manifest says [5,1,3,24,24]',
    ]);
    expect(
      await problems(
        (of) => ({ ...of, samples: 5 }),
        spec({ sample: 'level-side', inputs: [input('channels', [axial('near')])] }),
      ),
    ).toEqual([
      'a.onnx: input images is [5,3,24,24], the manifest says [10,3,24,24]',
      'a.onnx: output logits is [5,1,3], the manifest says [10,1,3]',
    ]);
  });

  test('for an input that only one of them has', async () => {
    const withoutMask = (of: TinyNetwork) => ({ ...of, inputs: of.inputs.slice(0, 1) });
    expect(await problems(withoutMask, spec({ mask: 'mask' }))).toEqual([
      'a.onnx: input mask is not in the network (it has images)',
    ]);
    const withMore = (of: TinyNetwork) => ({ ...of, inputs: [...of.inputs, { name: 'age', dims: [1] }] });
    expect(await problems(withMore)).toEqual(['a.onnx: input age is not in the manifest']);
  });

  test('for its element type', async () => {
    const INT32 = 6;
    expect(await problems((of) => ({ ...of, elementType: INT32 }))).toEqual([
      'a.onnx: input images is int32, not float32',
    ]);
  });

  test('for the shape it answers with, where it leaves that open', async () => {
    const open = (of: TinyNetwork, dims: readonly number[]): TinyNetwork => ({
      ...of,
      output: { ...of.output, dims, open: true },
    });
    expect(await problems((of) => open(of, [3, 1]))).toEqual([
      'a.onnx: output logits is [5,3,1], the manifest says [5,1,3]',
    ]);
    const loaded = await pack([spec({})], (of) => open(tinyNetwork(of), [1, 3]));
    await loaded.close();
  });
});
