import { describe, expect, it } from 'vitest';
import type { LocalisedLevel } from '../../domain/assessment.ts';
import { LEVELS } from '../../domain/level.ts';
import { along, negate } from '../../domain/point.ts';
import { phantomStudy } from '../../phantom/phantom-study.ts';
import type { Slice, Volume, Volumes } from '../../volume/volume.ts';
import { cropRegions, type RegionsSpec } from './crop-regions.ts';

const views = [
  view('canal', 'sagittal-t2', 'sagittal', null, [0]),
  view('foramen left', 'sagittal-t1', 'sagittal', 'left', [15]),
  view('axial left', 'axial-t2', 'axial', 'left', [0]),
  view('axial right', 'axial-t2', 'axial', 'right', [0]),
];
const input = {
  name: 'views',
  layout: 'views',
  size: 32,
  mmPerPixel: 1.5,
  normalise: { kind: 'percentile', low: 1, high: 99 },
  views,
} as const;
const spec: RegionsSpec = { sample: 'level', levels: LEVELS, inputs: [input] };
const AREA = input.size ** 2;

function view(
  name: string,
  role: 'sagittal-t1' | 'sagittal-t2' | 'axial-t2',
  plane: 'sagittal' | 'axial',
  side: 'left' | 'right' | null,
  slicesMm: number[],
) {
  return { name, role, plane, side, slicesMm, toleranceMm: 5 } as const;
}

const study = phantomStudy(3, { family: 'demo', artefacts: 0 });
const levels: LocalisedLevel[] = study.truth.levels.map((level) => ({ ...level, confidence: 1 }));

async function crop(asked: RegionsSpec, volumes: Volumes) {
  const [regions] = await cropRegions([asked], volumes, levels);
  return { pixels: regions!.inputs[0]!, ...regions! };
}
const whole = await crop(spec, study.volumes);

/** The same slices stored another way: columns run backwards and rows upside down, the last slice first. */
function storedBackwards(volume: Volume): Volume {
  const slices = volume.slices.map((slice): Slice => {
    const { plane } = slice;
    const acrossRow = along(plane.originMm, plane.rowDirection, (plane.columns - 1) * plane.columnSpacingMm);
    const originMm = along(acrossRow, plane.columnDirection, (plane.rows - 1) * plane.rowSpacingMm);
    return {
      image: slice.image,
      plane: {
        ...plane,
        originMm,
        rowDirection: negate(plane.rowDirection),
        columnDirection: negate(plane.columnDirection),
      },
      pixels: async () => (await slice.pixels()).slice().reverse(),
    };
  });
  return { ...volume, slices: slices.reverse() };
}

describe('cropRegions', () => {
  it('shows every view of every level of a whole study', () => {
    expect([...whole.mask]).toEqual(new Array(LEVELS.length * views.length).fill(1));
  });

  it('cuts the same regions however slices are stored', async () => {
    const volumes: Volumes = Object.fromEntries(
      Object.entries(study.volumes).map(([role, volume]) => [role, storedBackwards(volume)]),
    );
    const { pixels } = await crop(spec, volumes);
    const worst = pixels.reduce((most, value, i) => Math.max(most, Math.abs(value - whole.pixels[i]!)), 0);
    expect(worst).toBeLessThan(1e-3);
  });

  it('mirrors the axial view of the right side', () => {
    const left = whole.pixels.subarray(2 * AREA, 3 * AREA);
    const right = whole.pixels.subarray(3 * AREA, 4 * AREA);
    const worst = left.reduce((most, value, i) => {
      const row = Math.floor(i / input.size);
      const mirrored = right[row * input.size + (input.size - 1 - (i % input.size))]!;
      return Math.max(most, Math.abs(value - mirrored));
    }, 0);
    // The percentiles are placed on a sample of the pixels, which a mirror image does not share.
    expect(worst).toBeLessThan(0.05);
  });

  it('masks what is missing and leaves it blank', async () => {
    const { 'axial-t2': _, ...withoutAxial } = study.volumes;
    const { pixels, mask } = await crop(spec, withoutAxial);
    expect([...mask.subarray(0, 4)]).toEqual([1, 1, 0, 0]);
    expect(pixels.subarray(2 * AREA, 4 * AREA).every((value) => value === 0)).toBe(true);
  });

  it('leaves rows blank that a patch does not show, and those that it shows their contrast', async () => {
    const rows = 20;
    const { pixels, mask } = await crop({ ...spec, inputs: [{ ...input, rows }] }, study.volumes);
    expect([...mask]).toEqual([...whole.mask]);
    const above = (input.size - rows) / 2;
    for (let start = 0; start < pixels.length; start += AREA) {
      const shown = pixels.subarray(start + above * input.size, start + (above + rows) * input.size);
      expect(pixels.subarray(start, start + AREA).filter((value) => value > 0)).toEqual(
        shown.filter((value) => value > 0),
      );
      expect([Math.min(...shown), Math.max(...shown)]).toEqual([0, 1]);
    }
  });

  it('gives a near side to samples of one side, the pixels of the fixed sides', async () => {
    const near = [views[0]!, { ...views[2]!, side: 'near' as const }];
    const sided = await crop(
      { sample: 'level-side', levels: ['L2/L3', 'L4/L5'], inputs: [{ ...input, views: near }] },
      study.volumes,
    );
    expect(sided.samples.map(({ level, side }) => `${level} ${side}`)).toEqual([
      'L2/L3 left',
      'L2/L3 right',
      'L4/L5 left',
      'L4/L5 right',
    ]);
    const wholeView = (level: number, v: number) =>
      whole.pixels.subarray((level * views.length + v) * AREA, (level * views.length + v + 1) * AREA);
    const sidedView = (sample: number, v: number) =>
      sided.pixels.subarray((2 * sample + v) * AREA, (2 * sample + v + 1) * AREA);
    expect(sidedView(0, 0)).toEqual(wholeView(1, 0));
    expect(sidedView(0, 1)).toEqual(wholeView(1, 2));
    expect(sidedView(3, 1)).toEqual(wholeView(3, 3));
  });

  it('centres a view on the recess or foramen of its side', async () => {
    const moved = (side: 'left' | 'right', centre: 'recess' | 'foramen') => ({
      ...view('moved', 'axial-t2', 'axial', side, [0]),
      centre,
    });
    const asked = [moved('left', 'recess'), moved('right', 'foramen')];
    const { pixels } = await crop({ ...spec, inputs: [{ ...input, views: asked }] }, study.volumes);
    const shifted = study.truth.levels.map((level, i) => ({
      ...levels[i]!,
      discMm: along(level.discMm, [8, 0, 0], 1),
      canalMm: along(level.canalMm, [8, 0, 0], 1),
    }));
    const [there] = await cropRegions([spec], study.volumes, shifted);
    const at = 2 * views.length + 2;
    expect(pixels.subarray(2 * 2 * AREA, (2 * 2 + 1) * AREA)).toEqual(
      there!.inputs[0]!.subarray(at * AREA, (at + 1) * AREA),
    );
    expect(pixels.subarray(5 * AREA, 6 * AREA)).not.toEqual(whole.pixels.subarray(11 * AREA, 12 * AREA));
  });

  it('lays the views of several inputs one after the other in the mask', async () => {
    const { 'sagittal-t1': _, ...withoutT1 } = study.volumes;
    const volume = { ...input, name: 'axial', layout: 'volume' as const, views: [views[2]!] };
    const [regions] = await cropRegions([{ ...spec, inputs: [volume, input] }], withoutT1, levels);
    expect([...regions!.mask.subarray(0, 5)]).toEqual([1, 1, 0, 1, 1]);
    expect(regions!.inputs[0]!.subarray(0, AREA)).toEqual(regions!.inputs[1]!.subarray(2 * AREA, 3 * AREA));
  });
});
