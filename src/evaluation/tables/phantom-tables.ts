import type { Point } from '../../domain/point.ts';
import type { SeriesRole } from '../../domain/series-role.ts';
import type { Condition, Target } from '../../domain/target.ts';
import type { PhantomStudy } from '../../phantom/phantom-study.ts';
import { inFieldOfView, patientToPixel } from '../../volume/plane-geometry.ts';
import type { Volume } from '../../volume/volume.ts';
import type { DiscCentre } from './disc-centres-table.ts';
import type { LabelledPoint } from './labelled-points-table.ts';

/** The series each condition is marked on, as the challenge's readers did. */
const MARKED_ON: Readonly<Record<Condition, SeriesRole>> = {
  spinal_canal_stenosis: 'sagittal-t2',
  neural_foraminal_narrowing: 'sagittal-t1',
  subarticular_stenosis: 'axial-t2',
};

/**
 * What the challenge's train_label_coordinates.csv would say of a phantom: each of the 25 places on the nearest
 * slice that shows it, study and series by their UIDs, instances numbered from 1 in the order of the volume's
 * slices. A place that no slice shows is left out.
 */
export function phantomPoints(study: PhantomStudy): readonly LabelledPoint[] {
  const { levels, sidePoints } = study.truth;
  const places: readonly (Target & { readonly pointMm: Point })[] = [
    ...levels.map(({ level, canalMm }) => ({
      condition: 'spinal_canal_stenosis' as const,
      side: null,
      level,
      pointMm: canalMm,
    })),
    ...sidePoints.flatMap(({ level, side, foramenMm, recessMm }) => [
      { condition: 'neural_foraminal_narrowing' as const, side, level, pointMm: foramenMm },
      { condition: 'subarticular_stenosis' as const, side, level, pointMm: recessMm },
    ]),
  ];
  return places.flatMap(({ pointMm, ...target }) => {
    const volume = study.volumes[MARKED_ON[target.condition]];
    const marked = volume && markOnNearestSlice(volume, pointMm);
    return marked ? [{ studyId: study.studyInstanceUid, ...target, ...marked }] : [];
  });
}

/** The centres of the five graded discs. */
export function phantomDiscs({ studyInstanceUid, truth }: PhantomStudy): readonly DiscCentre[] {
  return truth.levels.map(({ level, discMm }) => ({ studyId: studyInstanceUid, level, discMm }));
}

function markOnNearestSlice({ slices }: Volume, pointMm: Point) {
  const shown = slices
    .map(({ plane, image }, index) => ({ plane, image, index, ...patientToPixel(plane, pointMm) }))
    .filter((place) => inFieldOfView(place.plane, place));
  if (shown.length === 0) return null;
  const nearest = shown.reduce((best, place) =>
    Math.abs(place.distanceMm) < Math.abs(best.distanceMm) ? place : best,
  );
  return {
    seriesId: nearest.image.seriesInstanceUid,
    instanceNumber: nearest.index + 1,
    column: nearest.column,
    row: nearest.row,
  };
}
