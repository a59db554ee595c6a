import { GRADES, type Grade } from '../../domain/grade.ts';
import type { Point } from '../../domain/point.ts';
import type { SeriesRole } from '../../domain/series-role.ts';
import { TARGETS, targetKey } from '../../domain/target.ts';
import { phantomStudy } from '../../phantom/phantom-study.ts';
import { pictureSheet } from './picture-sheet.ts';
import { pictureTile } from './picture-tile.ts';

/** Patients below one another: sagittal T2, sagittal T1 in the midline and through the left foramina, axial T2 twice. */
export function patientsPicture(seeds: readonly number[]): Uint8Array {
  return pictureSheet(
    seeds.map((seed) => {
      const study = phantomStudy(seed, { family: 'validation', stir: false });
      const l3 = study.truth.levels[2]!.discMm;
      const [l4l5, middle] = [study.truth.levels[3]!.canalMm, study.anatomy.vertebrae[8]!];
      const foramen = study.truth.sidePoints.find((p) => p.side === 'left' && p.level === 'L3/L4')!.foramenMm;
      const pedicle: Point = [l4l5[0], l4l5[1], middle.centreMm[2] + 6];
      return [
        pictureTile(study, 'sagittal-t2', l3, 230),
        pictureTile(study, 'sagittal-t1', l3, 230),
        pictureTile(study, 'sagittal-t1', foramen, 190),
        pictureTile(study, 'axial-t2', l4l5, 170),
        pictureTile(study, 'axial-t2', pedicle, 170),
      ];
    }),
  );
}

/**
 * One patient's L4/L5, Normal/Mild but for one place, which is Normal/Mild, Moderate, Severe: the canal in two views, the
 * left foramen, the left lateral recess.
 */
export function gradesPicture(seed: number): Uint8Array {
  const normal = Object.fromEntries(TARGETS.map((target) => [targetKey(target), 'Normal/Mild' as Grade]));
  const made = (key: string, grade: Grade) =>
    phantomStudy(seed, { stir: false, grades: { ...normal, [key]: grade } });
  const { levels, sidePoints } = phantomStudy(seed, { grades: normal }).truth;
  const canal = levels[3]!.canalMm;
  const { foramenMm, recessMm } = sidePoints.find((p) => p.side === 'left' && p.level === 'L4/L5')!;
  const row = (condition: string, role: SeriesRole, at: Point, sizeMm: number) =>
    GRADES.map((grade) => pictureTile(made(`${condition}_l4_l5`, grade), role, at, sizeMm));
  return pictureSheet([
    row('spinal_canal_stenosis', 'sagittal-t2', canal, 90),
    row('spinal_canal_stenosis', 'axial-t2', canal, 60),
    row('left_neural_foraminal_narrowing', 'sagittal-t1', foramenMm, 60),
    row('left_subarticular_stenosis', 'axial-t2', recessMm, 60),
  ]);
}
