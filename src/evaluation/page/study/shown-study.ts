import type { Finding, Observation } from '../../../domain/assessment.ts';
import { LEVELS } from '../../../domain/level.ts';
import { nearestSlice } from '../../../inference/crop/nearest-slice.ts';
import type { ClassifierSpec } from '../../../inference/pack/classifier-spec.ts';
import type { EvaluatedStudy } from '../../evaluate-study.ts';
import type { LabelledStudy } from '../../sources/labelled-study.ts';
import type { ReferenceLabels } from '../../tables/graded-labels.ts';
import type { ReferenceGrades } from '../../tables/grades-table.ts';
import { levelStrips, type RegionStrip } from './region-strip.ts';
import { type PicturePlace, slicePicture } from './slice-picture.ts';

/** What the report pictures of one study. */
export interface ShownStudy {
  readonly studyId: string;
  readonly findings: readonly Finding[];
  readonly grades: ReferenceGrades;
  readonly observations: readonly Observation[];
  readonly labels: ReferenceLabels;
  /** The middle of the spine on sagittal T2, with the discs as found and as they are. */
  readonly sagittal: {
    readonly png: Uint8Array;
    readonly width: number;
    readonly height: number;
    /** Height of a pixel over its width. */
    readonly pixelAspect: number;
    readonly found: readonly PicturePlace[];
    readonly truth: readonly PicturePlace[];
  } | null;
  /** What the classifiers saw of each level, in LEVELS order. */
  readonly strips: readonly (readonly RegionStrip[])[];
}

/** Pictures of what the networks saw of a study. */
export async function showStudy(
  classifiers: readonly ClassifierSpec[],
  { volumes, grades, labels, places }: LabelledStudy,
  { studyId, findings, observations, levels, regions }: EvaluatedStudy,
): Promise<ShownStudy> {
  const middle = levels[2]!.canalMm;
  const slice = nearestSlice(volumes['sagittal-t2']!, middle, Number.POSITIVE_INFINITY);
  const found = levels.flatMap(({ discMm, canalMm }) => [discMm, canalMm]);
  return {
    studyId,
    findings,
    grades,
    observations,
    labels,
    sagittal:
      slice &&
      slicePicture(
        slice.plane,
        await slice.pixels(),
        found,
        places.map((place) => place.pointMm),
      ),
    strips: LEVELS.map((level) => levelStrips(classifiers, regions, level)),
  };
}
