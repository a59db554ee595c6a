import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { LEVELS, type Level } from '../../domain/level.ts';
import { length, subtract } from '../../domain/point.ts';
import { SIDES, targetKey } from '../../domain/target.ts';
import { cropRegions, type RegionsSpec } from '../../inference/crop/crop-regions.ts';
import type { ViewSpec } from '../../inference/pack/view-spec.ts';
import { labelledForamina, labelledRecesses } from './labelled-phantom.fixture.ts';
import { FOLDS, foldOf } from './slice-source.ts';
import { sliceSources } from './slice-sources.ts';

/** Slices are rendered, which a busy machine may take long for. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const view = (side: 'left' | 'right', more: Partial<ViewSpec>): ViewSpec => ({
  ...{ name: side, role: 'axial-t2', plane: 'axial', side, slicesMm: [0], toleranceMm: 3, ...more },
});
const regions = (size: number, mmPerPixel: number, more: Partial<ViewSpec>): RegionsSpec => {
  const views = SIDES.map((side) => view(side, more));
  const normalise = { kind: 'percentile', low: 1, high: 99 } as const;
  const inputs = [{ name: 'views', layout: 'views', size, mmPerPixel, views, normalise } as const];
  return { sample: 'level', levels: LEVELS, inputs };
};

function correlation(a: Float32Array, b: Float32Array): number {
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (const [i, value] of a.entries()) {
    ab += (value - ma) * (b[i]! - mb);
    aa += (value - ma) ** 2;
    bb += (b[i]! - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

describe('foramina on sagittal T1', () => {
  const SEED = 500_011;
  let made: Awaited<ReturnType<typeof labelledForamina>>;
  beforeAll(async () => {
    made = await labelledForamina(SEED, 'webp');
  });
  afterAll(() => rm(made.folder, { recursive: true }));

  test('the regions cut from stretched pictures are those of the study they were taken from', async () => {
    const { folder, phantom } = made;
    const [source, ...others] = await sliceSources(folder, null, 'study');
    expect(others).toEqual([]);
    const { volumes, levels, grades } = await source!.open();
    const asked = [regions(48, 1, { role: 'sagittal-t1', plane: 'sagittal', centre: 'found-foramen' })];
    const truth = phantom.truth.levels.map((level) => ({
      ...level,
      confidence: 1,
      foraminaMm: Object.fromEntries(
        phantom.truth.sidePoints.filter((p) => p.level === level.level).map((p) => [p.side, p.foramenMm]),
      ),
    }));
    const [own] = await cropRegions(asked, volumes, levels);
    const [whole] = await cropRegions(asked, phantom.volumes, truth);
    expect(own!.mask.every((there) => there === 1)).toBe(true);
    const area = 48 * 48;
    for (let i = 0; i < 10; i++) {
      const part = (of: Float32Array) => of.subarray(i * area, (i + 1) * area);
      // Scale follows from the distance of the labels, which is not every patient's 34 mm.
      expect(correlation(part(own!.inputs[0]!), part(whole!.inputs[0]!))).toBeGreaterThan(0.7);
    }
    for (const level of LEVELS) {
      for (const side of SIDES) {
        const key = targetKey({ condition: 'neural_foraminal_narrowing', side, level });
        expect(grades[key]).toBe(phantom.truth.grades[key]);
      }
    }
  });

  test('one at a time, each picture holds its own labels on the side that they name', async () => {
    const sources = await sliceSources(made.folder, null, 'slice');
    const labelled = new Map<string, number>();
    for (const source of sources) {
      const { volumes, levels, grades } = await source.open();
      expect(volumes['sagittal-t1']!.slices).toHaveLength(1);
      const x = volumes['sagittal-t1']!.slices[0]!.plane.originMm[0];
      for (const { foraminaMm = {} } of levels) {
        for (const side of SIDES) if (foraminaMm[side]) expect(foraminaMm[side][0]).toBeCloseTo(x, 9);
        expect(foraminaMm[x > 0 ? 'right' : 'left']).toBeUndefined();
      }
      for (const key of Object.keys(grades)) labelled.set(key, (labelled.get(key) ?? 0) + 1);
    }
    expect([...labelled.values()]).toEqual(new Array(10).fill(1));
  });

  test('neighbouring foramina lie 34 mm apart in the mean', async () => {
    const { levels } = await (await sliceSources(made.folder, null, 'study'))[0]!.open();
    const distances = SIDES.flatMap((side) =>
      levels.slice(1).map((level, i) => {
        const [, ...between] = subtract(level.foraminaMm![side]!, levels[i]!.foraminaMm![side]!);
        return length([0, ...between]);
      }),
    );
    expect(distances.reduce((a, b) => a + b) / distances.length).toBeCloseTo(34, 0);
  });

  test('a picture that is missing or no picture is told of by its name', async () => {
    const other = await labelledForamina(SEED, 'png');
    const [source] = await sliceSources(other.folder, null, 'slice');
    const name = (await source!.open()).volumes['sagittal-t1']!.slices[0]!.image.sopInstanceUid;
    expect(name).toMatch(/^2\.25\./);
    const [, row] = (await readFile(join(other.folder, 'findings.csv'), 'utf8')).split('\n');
    const file = join(other.folder, row!.split(',')[0]!);
    await writeFile(file, 'no picture');
    await expect(source!.open()).rejects.toThrow(file);
    await rm(file);
    await expect(source!.open()).rejects.toThrow(file);
    await rm(other.folder, { recursive: true });
  });
});

test('axial crops: three slices side by side, the middle of the canal where the serving code looks for it', async () => {
  const wanted: readonly Level[] = ['L2/L3', 'L3/L4', 'L4/L5'];
  const { folder, phantom } = await labelledRecesses(500_012, wanted);
  const [source, ...others] = await sliceSources(folder, null, 'slice');
  expect(others).toEqual([]);
  const { volumes, levels, grades } = await source!.open();
  expect(Object.keys(grades)).toHaveLength(6);
  expect(grades['left_subarticular_stenosis_l4_l5']).toBe('Moderate');
  const asked = [regions(56, 0.5, {})];
  const [own] = await cropRegions(asked, volumes, levels);
  const placed = phantom.truth.levels.map((level) => ({ ...level, confidence: 1 }));
  const [whole] = await cropRegions(asked, phantom.volumes, placed);
  const area = 56 * 56;
  for (const [l, level] of LEVELS.entries()) {
    for (const side of [0, 1]) {
      const i = 2 * l + side;
      expect(own!.mask[i]).toBe(wanted.includes(level) ? 1 : 0);
      if (own!.mask[i] === 0) continue;
      const part = (of: Float32Array) => of.subarray(i * area, (i + 1) * area);
      expect(correlation(part(own!.inputs[0]!), part(whole!.inputs[0]!))).toBeGreaterThan(0.4);
    }
  }
  await rm(folder, { recursive: true });
});

test('studies fall to ten parts of about the same size, always the same', () => {
  const folds = Array.from({ length: 2000 }, (_, i) => foldOf(String(i)));
  for (let fold = 0; fold < FOLDS; fold++) {
    const share = folds.filter((each) => each === fold).length / folds.length;
    expect(share).toBeGreaterThan(0.07);
    expect(share).toBeLessThan(0.13);
  }
  expect([foldOf('1002894806'), foldOf('4646740')]).toEqual([9, 4]);
});
