import { GRADES, type Grade } from '../../domain/grade.ts';
import { quantile } from '../../domain/quantile.ts';
import { auroc } from '../measures/auroc.ts';
import type { BootstrapOptions, Estimate } from '../measures/bootstrap.ts';
import { bootstrap } from '../measures/bootstrap.ts';
import { type GradingSummary, summariseGrading } from '../measures/summary/summarise-grading.ts';
import type { GradedStudyRows } from '../tables/graded-row.ts';
import type { FoundForamen, MeasuredSac } from './evaluate-slices.ts';
import type { JudgedSlices } from './judged-slices.ts';

/** A foramen counts as found within this distance of its label. */
export const FOUND_WITHIN_MM = 6;

/** How well the pack's finder sees the foramina that were labelled. */
export interface FindingSummary {
  readonly foramina: number;
  /** Share of them found within FOUND_WITHIN_MM and numbered as labelled. */
  readonly found: Estimate;
  /** Of those that it saw at all. */
  readonly medianMm: Estimate;
}

/** Every figure of one pack on labelled slices. */
export interface SlicesEvaluation {
  readonly studies: number;
  readonly atLabels: GradingSummary;
  /** Null where the pack looks for no places itself. */
  readonly atFound: GradingSummary | null;
  /** Findings at a labelled place that were not graded where the pack looked for it: it saw nothing there. */
  readonly notFound: number;
  readonly finder: FindingSummary | null;
  /** Null where the pack outlines no axial slices, or none shows a canal of known grade. */
  readonly sacArea: SacAreaSummary | null;
}

/** What the measured cross-section of the dural sac, by itself, says of the canal's grade. */
export interface SacAreaSummary {
  readonly measured: number;
  /** Canals of known grade on whose slice it could not be measured. */
  readonly absent: number;
  /** mm², the median by the canal's grade. */
  readonly medianMm2: Readonly<Record<Grade, number | null>>;
  /** Of the smaller area, for the higher grade. */
  readonly aurocModerateOrWorse: Estimate;
  readonly aurocSevere: Estimate;
}

/** @param outcomes those of a study's slices stand under its identifier, the unit that is resampled. */
export function summariseSlices(
  outcomes: ReadonlyMap<string, readonly JudgedSlices[]>,
  options: BootstrapOptions,
): SlicesEvaluation {
  const all = [...outcomes.values()].flat();
  const rowsOf = (of: (outcome: JudgedSlices) => GradedStudyRows['rows']) =>
    Array.from(outcomes, ([studyId, own]): GradedStudyRows => ({ studyId, rows: own.flatMap(of) }));
  const looked = all.some(({ atFound }) => atFound !== null);
  const count = (rows: readonly GradedStudyRows[]) => rows.reduce((sum, study) => sum + study.rows.length, 0);
  const [labelled, found] = [rowsOf(({ atLabels }) => atLabels), rowsOf(({ atFound }) => atFound ?? [])];
  const foramina = [...outcomes.values()].map((own) => own.flatMap((outcome) => outcome.foramina));
  return {
    studies: outcomes.size,
    atLabels: summariseGrading(labelled, 0, options),
    atFound: looked ? summariseGrading(found, 0, options) : null,
    notFound: looked ? count(labelled) - count(found) : 0,
    finder: looked ? finderSummary(foramina, options) : null,
    sacArea: sacAreaSummary(
      [...outcomes.values()].map((own) => own.flatMap(({ sacs }) => sacs)),
      options,
    ),
  };
}

function finderSummary(
  studies: readonly (readonly FoundForamen[])[],
  options: BootstrapOptions,
): FindingSummary {
  const { found, medianMm } = bootstrap(
    studies,
    (drawn) => {
      const all = drawn.flat();
      const right = all.filter(
        ({ errorMm, numberedRight }) => errorMm !== null && errorMm <= FOUND_WITHIN_MM && numberedRight,
      );
      const errors = all.flatMap(({ errorMm }) => errorMm ?? []);
      return {
        found: all.length === 0 ? null : right.length / all.length,
        medianMm: errors.length === 0 ? null : quantile(errors, 0.5),
      };
    },
    options,
  );
  return { foramina: studies.flat().length, found, medianMm };
}

function sacAreaSummary(
  studies: readonly (readonly MeasuredSac[])[],
  options: BootstrapOptions,
): SacAreaSummary | null {
  const known = studies.flat().length;
  if (known === 0) return null;
  const measured = studies.map((own) =>
    own.flatMap(({ grade, areaMm2 }) => (areaMm2 === null ? [] : [{ grade, areaMm2 }])),
  );
  const all = measured.flat();
  const estimates = bootstrap(
    measured,
    (drawn) => {
      const sacs = drawn.flat();
      const by = (isWorse: (grade: Grade) => boolean) =>
        auroc(
          sacs.map(({ areaMm2 }) => -areaMm2),
          sacs.map(({ grade }) => isWorse(grade)),
        );
      return {
        aurocModerateOrWorse: by((grade) => grade !== 'Normal/Mild'),
        aurocSevere: by((grade) => grade === 'Severe'),
      };
    },
    options,
  );
  const medianOf = (grade: Grade) => {
    const own = all.filter((sac) => sac.grade === grade).map(({ areaMm2 }) => areaMm2);
    return own.length === 0 ? null : quantile(own, 0.5);
  };
  const medianMm2 = Object.fromEntries(GRADES.map((grade) => [grade, medianOf(grade)]));
  return {
    ...{ measured: all.length, absent: known - all.length },
    ...{ medianMm2: medianMm2 as SacAreaSummary['medianMm2'], ...estimates },
  };
}
