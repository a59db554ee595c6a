import { describe, expect, it } from 'vitest';
import type { LocalisedLevel } from '../domain/assessment.ts';
import { LEVELS } from '../domain/level.ts';
import { along, negate } from '../domain/point.ts';
import type { Slice, Volume } from '../imaging/volume.ts';
import { phantomStudy } from '../phantom/phantom-study.ts';
import { cropRegions, type Volumes } from './crop-regions.ts';
import type { ClassifierSpec } from './pack-manifest.ts';

const spec: ClassifierSpec = {
  file: 'none.onnx',
  sha256: '0'.repeat(64),
  input: {
    name: 'views',
    mask: 'mask',
    size: 32,
    mmPerPixel: 1.5,
    normalise: { kind: 'percentile', low: 1, high: 99 },
    views: [
      view('canal', 'sagittal-t2', 'sagittal', null, [0]),
      view('foramen left', 'sagittal-t1', 'sagittal', 'left', [15]),
      view('axial left', 'axial-t2', 'axial', 'left', [0]),
      view('axial right', 'axial-t2', 'axial', 'right', [0]),
    ],
  },
  output: { logits: 'logits', calibration: {} as ClassifierSpec['output']['calibration'] },
};

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
const whole = await cropRegions(spec, study.volumes, levels);

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
      pixels: slice.pixels.slice().reverse(),
    };
  });
  return { ...volume, slices: slices.reverse() };
}

describe('cropRegions', () => {
  it('shows every view of every level of a whole study', () => {
    expect([...whole.mask]).toEqual(new Array(LEVELS.length * spec.input.views.length).fill(1));
  });

  it('cuts the same regions however slices are stored', async () => {
    const volumes: Volumes = Object.fromEntries(
      Object.entries(study.volumes).map(([role, volume]) => [role, storedBackwards(volume)]),
    );
    const { views } = await cropRegions(spec, volumes, levels);
    const worst = views.reduce((most, value, i) => Math.max(most, Math.abs(value - whole.views[i]!)), 0);
    expect(worst).toBeLessThan(1e-3);
  });

  it('mirrors the axial view of the right side', () => {
    const area = spec.input.size ** 2;
    const left = whole.views.subarray(2 * area, 3 * area);
    const right = whole.views.subarray(3 * area, 4 * area);
    const worst = left.reduce((most, value, i) => {
      const row = Math.floor(i / spec.input.size);
      const mirrored = right[row * spec.input.size + (spec.input.size - 1 - (i % spec.input.size))]!;
      return Math.max(most, Math.abs(value - mirrored));
    }, 0);
    // The percentiles are placed on a sample of the pixels, which a mirror image does not share.
    expect(worst).toBeLessThan(0.05);
  });

  it('masks what is missing and leaves it blank', async () => {
    const { 'axial-t2': _, ...withoutAxial } = study.volumes;
    const { views, mask } = await cropRegions(spec, withoutAxial, levels);
    expect([...mask.subarray(0, 4)]).toEqual([1, 1, 0, 0]);
    const area = spec.input.size ** 2;
    expect(views.subarray(2 * area, 4 * area).every((value) => value === 0)).toBe(true);
  });
});
