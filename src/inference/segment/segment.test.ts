import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { LEVELS } from '../../domain/level.ts';
import { isMeasured, MEASURES, UNIT } from '../../domain/measurement.ts';
import { exactOutlines } from '../../evaluation/masks/exact-outlines.ts';
import { phantomStudy } from '../../phantom/phantom-study.ts';
import type { Volumes } from '../../volume/volume.ts';
import { type Grading, grade } from '../grade.ts';
import { loadModelPack } from '../pack/load-model-pack.ts';
import type { ModelPack } from '../pack/model-pack.ts';
import { writeExactPack } from './exact-pack.fixture.ts';
import { measureLevels } from './measure-levels.ts';
import { segment } from './segment.ts';

/** Slices are rendered, which a busy machine may take long for. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const study = phantomStudy(4, { family: 'demo' });
const { volumes, truth } = study;
const levels = truth.levels.map((level) => ({ ...level, confidence: 1 }));
let folder: string;
let pack: ModelPack;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'segmenter-'));
  await writeExactPack(folder, study, levels);
  pack = await loadModelPack(folder, { preferred: ['cpu'], required: true }, 1);
});
afterAll(async () => {
  await pack.close();
  await rm(folder, { recursive: true });
});

test('what a network outlines is measured where it lies in the patient', async () => {
  const outlines = await segment(pack, volumes, levels);
  const found = await measureLevels(levels, outlines!);
  expect(found.map(({ level, measure }) => [level, measure])).toEqual(
    LEVELS.flatMap((level) => MEASURES.map((measure) => [level, measure])),
  );
  const exact = await measureLevels(levels, exactOutlines(volumes, levels));
  const here = found.filter(({ level }) => level === 'L3/L4');
  for (const each of here) {
    const truth = exact.find(({ level, measure }) => level === each.level && measure === each.measure)!;
    if (!isMeasured(each) || !isMeasured(truth)) throw new Error(`${each.measure} is absent`);
    expect(each.image.sopInstanceUid).toBe(truth.image.sopInstanceUid);
    const near = UNIT[each.measure] === 'mm2' ? 0.1 * truth.value : 0.8;
    expect(Math.abs(each.value - truth.value)).toBeLessThan(near);
    // Heights and walls are taken at the middle one of several places.
    if (each.measure === 'disc-height' || each.measure === 'slip') continue;
    for (const [i, point] of each.pointsMm.entries()) {
      const other = truth.pointsMm[i]!;
      expect(Math.hypot(...point.map((mm, axis) => mm - other[axis]!))).toBeLessThan(2.5);
    }
  }
});

test('a level that no slice shows is absent with its reason, and is not run on', async () => {
  const { 'axial-t2': _, ...sagittal } = volumes;
  const without = await measureLevels(levels, (await segment(pack, sagittal, levels))!);
  expect(without.filter(({ measure }) => measure === 'sac-area')).toEqual(
    LEVELS.map((level) => ({ level, measure: 'sac-area', absent: 'no-axial-slices' })),
  );
  const few: Volumes = {
    'sagittal-t2': { ...volumes['sagittal-t2']!, slices: volumes['sagittal-t2']!.slices.slice(0, 2) },
    'axial-t2': { ...volumes['axial-t2']!, slices: volumes['axial-t2']!.slices.slice(0, 1) },
  };
  const beside = await measureLevels(levels, (await segment(pack, few, levels))!);
  const absent = (level: string, measure: string) =>
    beside.find((each) => each.level === level && each.measure === measure);
  expect(absent('L1/L2', 'sac-area')).toMatchObject({ absent: 'axial-misses-disc' });
  expect(absent('L3/L4', 'canal-diameter')).toMatchObject({ absent: 'level-out-of-view' });
});

test('a study is graded with its measurements; without a segmenter there are none', async () => {
  const graded = await grade(pack, volumes);
  expect(graded).toMatchObject({ kind: 'graded', measurements: { length: 25 } });
  const { measurements = [] } = graded as Grading;
  expect(measurements.filter(isMeasured).length).toBeGreaterThan(0);
  const { segmenter: _, ...manifest } = pack.manifest;
  expect(await grade({ ...pack, manifest, segmenters: [] }, volumes)).not.toHaveProperty('measurements');
});
