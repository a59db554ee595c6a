import type { Finding, LocalisedLevel, Observation } from '../domain/assessment.ts';
import { type Ineligible, isIneligible } from '../domain/ineligible.ts';
import type { Warning } from '../domain/remark.ts';
import type { Regions } from '../inference/crop/crop-regions.ts';
import { grade } from '../inference/grade.ts';
import type { ModelPack } from '../inference/pack/model-pack.ts';
import { numberedRight, type PlaceError, placeError } from './place-error.ts';
import type { LabelledStudy } from './sources/labelled-study.ts';
import type { GradedRow } from './tables/graded-row.ts';
import { gradedRows } from './tables/graded-rows.ts';
import { type LabelRow, labelRows } from './tables/label-row.ts';

export interface EvaluatedStudy {
  readonly studyId: string;
  readonly rows: readonly GradedRow[];
  readonly labelRows: readonly LabelRow[];
  readonly findings: readonly Finding[];
  readonly observations: readonly Observation[];
  readonly levels: readonly LocalisedLevel[];
  /** One a classifier; null where it was not needed. */
  readonly regions: readonly (Regions | null)[];
  readonly placeErrors: readonly PlaceError[];
  /** Whether each place found lies nearer to its own true place than to another level's. */
  readonly numberedRight: boolean;
  readonly warnings: readonly Warning[];
}

export type StudyEvaluation = ({ readonly kind: 'evaluated' } & EvaluatedStudy) | Ineligible;

/**
 * One study graded as the service grades it, beside its labels.
 * @throws Error when a network answers with anything but finite numbers.
 */
export async function evaluateStudy(pack: ModelPack, study: LabelledStudy): Promise<StudyEvaluation> {
  const { studyId, volumes, grades, labels, places } = study;
  const graded = await grade(pack, volumes);
  if (isIneligible(graded)) return graded;
  const { levels, findings, observations, regions, warnings } = graded;
  return {
    kind: 'evaluated',
    studyId,
    rows: gradedRows(findings, grades),
    labelRows: labelRows(observations, labels),
    findings,
    observations,
    levels,
    regions,
    placeErrors: places.map((place) => placeError(place, levels)),
    numberedRight: numberedRight(places, levels),
    warnings,
  };
}
