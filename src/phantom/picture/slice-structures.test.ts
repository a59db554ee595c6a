import { expect, test } from 'vitest';
import { LABEL } from '../../domain/structure.ts';
import { targetKey } from '../../domain/target.ts';
import { patientToPixel } from '../../volume/plane-geometry.ts';
import { discIndex } from '../grades/disc-truth.ts';
import { phantomStudy } from '../phantom-study.ts';
import { patientPoint } from '../shape/patient-point.ts';
import { spineSampler } from '../tissue/spine/spine-sampler.ts';

const SEEDS = [3, 17, 40];

test('disc, sac and bodies are where the truth says, on the slices that show them', () => {
  for (const seed of SEEDS) {
    const { truth, anatomy, volumes } = phantomStudy(seed, { family: 'demo' });
    const { structureAt } = spineSampler(anatomy);
    for (const { discMm, canalMm } of truth.levels) {
      expect(structureAt(discMm)).toBe(LABEL.disc);
      expect(structureAt(canalMm)).toBe(LABEL.sac);
    }
    for (const vertebra of anatomy.vertebrae) expect(structureAt(vertebra.centreMm)).toBe(LABEL.vertebra);
    const { discMm } = truth.levels[2]!;
    const away = volumes['sagittal-t2']!.slices.map(({ plane }) =>
      Math.abs(patientToPixel(plane, discMm).distanceMm),
    );
    const slice = volumes['sagittal-t2']!.slices[away.indexOf(Math.min(...away))]!;
    const labels = slice.structures();
    const { column, row } = patientToPixel(slice.plane, discMm);
    // The series may have been taken a little beside where the patient lies.
    expect(labels[Math.round(row) * slice.plane.columns + Math.round(column)]).toBe(LABEL.disc);
    expect(new Set(labels)).toEqual(new Set(Object.values(LABEL)));
  }
});

test('the sac in the plane of a disc has the area that its grade was measured by', () => {
  const STEP_MM = 0.25;
  for (const seed of SEEDS) {
    const { truth, anatomy } = phantomStudy(seed, { family: 'demo' });
    const { structureAt } = spineSampler(anatomy);
    for (const { level } of truth.levels) {
      let count = 0;
      for (let u = -14; u <= 14; u += STEP_MM) {
        for (let p = -3; p <= 22; p += STEP_MM) {
          const at = patientPoint(anatomy.vertebrae, discIndex(level), 0.5, u, p);
          if (structureAt(at) === LABEL.sac) count++;
        }
      }
      const measured = truth.measured[targetKey({ condition: 'spinal_canal_stenosis', side: null, level })]!;
      // Tissue is bent by some 0.2 mm.
      expect(Math.abs(count * STEP_MM ** 2 - measured)).toBeLessThan(0.06 * measured + 6);
    }
  }
});

test('another part of the body has none of them', () => {
  const { volumes } = phantomStudy(3, { bodyPart: 'head' });
  expect(new Set(volumes['sagittal-t2']!.slices[5]!.structures())).toEqual(new Set([LABEL.none]));
});
