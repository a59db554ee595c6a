import { describe, expect, it } from 'vitest';
import { dot, subtract } from '../domain/point.ts';
import type { SlicePlane } from '../volume/volume.ts';
import type { PhantomVolume } from './phantom-slice.ts';
import { phantomStudy } from './phantom-study.ts';
import { OTHER_BODY_PARTS } from './tissue/head-and-neck/head-and-neck.ts';

const normalOf = ({ rowDirection: r, columnDirection: c }: SlicePlane) =>
  [r[1] * c[2] - r[2] * c[1], r[2] * c[0] - r[0] * c[2], r[0] * c[1] - r[1] * c[0]] as const;

/** Mean of the 5 × 5 pixels around a patient point on the nearest slice. */
function brightnessAt(volume: PhantomVolume, point: readonly [number, number, number]): number {
  const distance = (plane: SlicePlane) => Math.abs(dot(subtract(point, plane.originMm), normalOf(plane)));
  const slice = volume.slices.reduce((best, s) => (distance(s.plane) < distance(best.plane) ? s : best));
  const { plane } = slice;
  const pixels = slice.rendered();
  const relative = subtract(point, plane.originMm);
  const column = Math.round(dot(relative, plane.rowDirection) / plane.columnSpacingMm);
  const row = Math.round(dot(relative, plane.columnDirection) / plane.rowSpacingMm);
  let sum = 0;
  for (let r = row - 2; r <= row + 2; r++)
    for (let c = column - 2; c <= column + 2; c++) sum += pixels[r * plane.columns + c]!;
  return sum / 25;
}

function correlation(a: Float32Array, b: Float32Array): number {
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, i) => {
    ab += (value - ma) * (b[i]! - mb);
    aa += (value - ma) ** 2;
    bb += (b[i]! - mb) ** 2;
  });
  return ab / Math.sqrt(aa * bb);
}

describe('phantomStudy', () => {
  it('has three series and about 80 images in the demo protocol, in one frame of reference', () => {
    const study = phantomStudy(1);
    const volumes = Object.values(study.volumes);
    const count = volumes.reduce((sum, volume) => sum + volume.slices.length, 0);
    expect(Object.keys(study.volumes).sort()).toEqual(['axial-t2', 'sagittal-t1', 'sagittal-t2']);
    expect(count).toBeGreaterThan(70);
    expect(count).toBeLessThan(90);
    expect(new Set(volumes.map((volume) => volume.frameOfReferenceUid)).size).toBe(1);
  });

  it('renders the same pixels for the same seed', () => {
    const [a, b] = [phantomStudy(4), phantomStudy(4)].map(
      (study) => study.volumes['sagittal-t2']!.slices[9]!,
    );
    expect(a!.rendered()).toEqual(b!.rendered());
    expect(a!.image).toEqual(b!.image);
    expect(phantomStudy(4, { uidSalt: 'other' }).studyInstanceUid).not.toBe(phantomStudy(4).studyInstanceUid);
  });

  it('shows the canal bright, bodies and muscle darker, where the planes of both T2 series say', () => {
    for (const seed of [11, 12, 13]) {
      const forced = {
        spinal_canal_stenosis_l1_l2: 'Normal/Mild',
        spinal_canal_stenosis_l2_l3: 'Normal/Mild',
      } as const;
      const study = phantomStudy(seed, { family: 'train', stir: false, grades: forced });
      const [l1l2, l2l3] = study.truth.levels;
      const between = [0, 1, 2].map((i) => (l1l2!.discMm[i]! + l2l3!.discMm[i]!) / 2);
      const vertebra = brightnessAt(study.volumes['sagittal-t2']!, between as [number, number, number]);
      for (const { canalMm } of [l1l2!, l2l3!]) {
        expect(brightnessAt(study.volumes['sagittal-t2']!, canalMm)).toBeGreaterThan(1.4 * vertebra);
        const axial = study.volumes['axial-t2']!;
        const muscle = brightnessAt(axial, [canalMm[0] + 28, canalMm[1] + 20, canalMm[2]]);
        expect(brightnessAt(axial, canalMm)).toBeGreaterThan(1.4 * muscle);
      }
    }
  });

  it('orders the slices of a stack along its normal', () => {
    for (const volume of Object.values(phantomStudy(6, { family: 'held-out' }).volumes)) {
      volume.slices.slice(1).forEach(({ plane }, i) => {
        const before = volume.slices[i]!.plane;
        if (plane.rowDirection.some((value, axis) => value !== before.rowDirection[axis])) return;
        expect(dot(subtract(plane.originMm, before.originMm), normalOf(plane))).toBeGreaterThan(2.5);
      });
    }
  });

  it('shares no matrix and no slice thickness between train, validation and held-out protocols', () => {
    const families = (['train', 'validation', 'held-out'] as const).map((family) => {
      const studies = Array.from({ length: 12 }, (_, seed) => phantomStudy(seed, { family }));
      const rows = studies.flatMap(({ volumes }) =>
        Object.values(volumes).map((v) => v.slices[0]!.plane.rows),
      );
      const thicknesses = studies.flatMap(({ series }) => series.map((s) => s.acquisition.sliceThicknessMm));
      return { rows: [...new Set(rows)], thicknesses: [...new Set(thicknesses)] };
    });
    for (const what of ['rows', 'thicknesses'] as const) {
      const all = families.flatMap((family) => family[what]);
      expect(all.length).toBeGreaterThan(8);
      expect(new Set(all).size).toBe(all.length);
    }
  });

  it('leaves out what it is told to', () => {
    expect(Object.keys(phantomStudy(2, { omit: ['sagittal-t1', 'axial-t2'] }).volumes)).toEqual([
      'sagittal-t2',
    ]);
  });

  it('images another part of the body on the same planes, and leaves the lumbar spine as it is without', () => {
    const planes = (study: ReturnType<typeof phantomStudy>) =>
      Object.values(study.volumes).flatMap((volume) => volume.slices.map((slice) => slice.plane));
    const lumbar = phantomStudy(8);
    for (const bodyPart of OTHER_BODY_PARTS) {
      const study = phantomStudy(8, { bodyPart });
      expect(study.bodyPart).toBe(bodyPart);
      expect(planes(study)).toEqual(planes(lumbar));
      const { plane, rendered } = study.volumes['sagittal-t2']!.slices[9]!;
      const pixels = rendered();
      const here = lumbar.volumes['sagittal-t2']!.slices[9]!.rendered();
      // Hardly anything is where it was.
      expect(correlation(pixels, here)).toBeLessThan(0.5);
      expect(pixels.length).toBe(plane.rows * plane.columns);
    }
    expect(lumbar.bodyPart).toBeNull();
  });
});
