import { GRADES } from '../../domain/grade.ts';
import { LEVELS, type Level } from '../../domain/level.ts';
import { CONDITIONS, type Condition } from '../../domain/target.ts';
import {
  type GradedRow,
  type GradedStudyRows,
  moderateOrWorse,
  predictedGrade,
} from '../tables/graded-row.ts';
import { auroc, type RocPoint, rocCurve } from './auroc.ts';
import { type BootstrapOptions, bootstrap, type Estimate } from './bootstrap.ts';
import { expectedCalibrationError, type ReliabilityBin, reliabilityBins } from './calibration.ts';
import { competitionScore, normalisedPosteriors, weightedLogLoss } from './competition-score.ts';
import { agreement, type ConfusionMatrix, confusionMatrix, type GradeAgreement } from './grade-agreement.ts';

/** Each said once, as the report prints it. */
export const MEASURES = {
  logLoss: 'log loss, unweighted',
  weightedLogLoss: 'log loss with the competition’s weights 1, 2, 4',
  accuracy: 'accuracy of the most probable grade',
  macroPrecision: 'precision, mean over grades',
  macroRecall: 'recall, mean over grades',
  macroF1: 'F1, mean over grades',
  quadraticKappa: 'Cohen’s κ, quadratic weights',
  aurocModerateOrWorse: 'AUROC of Moderate or worse',
  aurocSevere: 'AUROC of Severe',
  calibrationError: 'expected calibration error of the most probable grade, 15 bins of equal mass',
  calibrationErrorModerateOrWorse:
    'expected calibration error of P(Moderate or worse), 15 bins of equal mass',
} as const;
export type Measure = keyof typeof MEASURES;

export interface GroupSummary {
  readonly rows: number;
  readonly measures: Readonly<Record<Measure, Estimate>>;
  /** Truth (row) by prediction (column). */
  readonly confusion: ConfusionMatrix;
  /** In GRADES order. */
  readonly grades: readonly GradeAgreement[];
}

export interface ConditionSummary extends GroupSummary {
  /** Targets whose true grade the model can say; null where it can say every grade. */
  readonly sayable: GroupSummary | null;
  readonly levels: Readonly<Record<Level, GroupSummary>>;
  readonly roc: {
    readonly moderateOrWorse: readonly RocPoint[];
    readonly severe: readonly RocPoint[];
  };
  /** Of P(Moderate or worse). */
  readonly reliability: readonly ReliabilityBin[];
}

export interface GradingSummary {
  readonly competition: {
    /** Why there is no score, null where there is one or there are no studies. */
    readonly notScored: string | null;
    readonly score: Estimate;
    readonly conditions: Readonly<Record<Condition, Estimate>>;
    readonly anySevereCanal: Estimate;
  };
  readonly conditions: Readonly<Record<Condition, ConditionSummary>>;
}

/**
 * Everything said of the grades, sides pooled, with intervals from resampled studies.
 * @param ungradedTargets targets with a reference that the pack did not grade: with any, there is no score.
 */
export function summariseGrading(
  studies: readonly GradedStudyRows[],
  ungradedTargets: number,
  options: BootstrapOptions,
): GradingSummary {
  const notScored =
    ungradedTargets === 0
      ? null
      : `the metric needs every labelled target, and ${ungradedTargets} of them were not graded`;
  const { score, anySevereCanal, ...conditions } = bootstrap(
    studies,
    (drawn) => {
      const result = competitionScore(drawn);
      const score = notScored === null ? result.score : null;
      return { score, anySevereCanal: result.anySevereCanal, ...result.conditions };
    },
    options,
  );
  return {
    competition: { notScored, score, anySevereCanal, conditions },
    conditions: record(CONDITIONS, (condition) =>
      summariseCondition(
        restrict(studies, (row) => row.condition === condition),
        options,
      ),
    ),
  };
}

function summariseCondition(
  studies: readonly GradedStudyRows[],
  options: BootstrapOptions,
): ConditionSummary {
  const rows = studies.flatMap((study) => study.rows);
  const likely = rows.map(moderateOrWorse);
  const said = GRADES.map((_, grade) => rows.some((row) => row.posteriors[grade]! > 0));
  return {
    ...summariseGroup(studies, options),
    sayable:
      rows.length === 0 || said.every(Boolean)
        ? null
        : summariseGroup(
            restrict(studies, (row) => said[row.truth]!),
            options,
          ),
    levels: record(LEVELS, (level) =>
      summariseGroup(
        restrict(studies, (row) => row.level === level),
        options,
      ),
    ),
    roc: {
      moderateOrWorse: rocCurve(likely, rows.map(isModerateOrWorse)),
      severe: rocCurve(
        rows.map((row) => row.posteriors[2]),
        rows.map(isSevere),
      ),
    },
    reliability: reliabilityBins(likely, rows.map(isModerateOrWorse)),
  };
}

function summariseGroup(studies: readonly GradedStudyRows[], options: BootstrapOptions): GroupSummary {
  const rows = studies.flatMap((study) => study.rows);
  const confusion = confusionMatrix(rows);
  return {
    rows: rows.length,
    measures: bootstrap(studies, (drawn) => measures(drawn.flatMap((study) => study.rows)), options),
    confusion,
    grades: agreement(confusion).grades,
  };
}

/** Every measure of a set of rows; null where there is nothing to measure. */
export function measures(rows: readonly GradedRow[]): Record<Measure, number | null> {
  const { accuracy, macro, quadraticKappa } = agreement(confusionMatrix(rows));
  const likely = rows.map(moderateOrWorse);
  const top = rows.map((row) => row.posteriors[predictedGrade(row)]);
  const right = rows.map((row) => predictedGrade(row) === row.truth);
  return {
    logLoss: logLoss(rows),
    weightedLogLoss: weightedLogLoss(rows),
    accuracy,
    macroPrecision: macro.precision,
    macroRecall: macro.recall,
    macroF1: macro.f1,
    quadraticKappa,
    aurocModerateOrWorse: auroc(likely, rows.map(isModerateOrWorse)),
    aurocSevere: auroc(
      rows.map((row) => row.posteriors[2]),
      rows.map(isSevere),
    ),
    calibrationError: expectedCalibrationError(reliabilityBins(top, right)),
    calibrationErrorModerateOrWorse: expectedCalibrationError(
      reliabilityBins(likely, rows.map(isModerateOrWorse)),
    ),
  };
}

/** Mean of −ln p_y; null of nothing. */
export function logLoss(rows: readonly GradedRow[]): number | null {
  if (rows.length === 0) return null;
  const losses = rows.map(({ posteriors, truth }) => -Math.log(normalisedPosteriors(posteriors)[truth]));
  return losses.reduce((a, b) => a + b, 0) / rows.length;
}

const isModerateOrWorse = (row: GradedRow) => row.truth > 0;
const isSevere = (row: GradedRow) => row.truth === 2;

/** Studies without a row of the kind stay: leaving them out would change what is drawn. */
function restrict(studies: readonly GradedStudyRows[], keep: (row: GradedRow) => boolean): GradedStudyRows[] {
  return studies.map((study) => ({ ...study, rows: study.rows.filter(keep) }));
}

function record<Key extends string, Value>(
  keys: readonly Key[],
  of: (key: Key) => Value,
): Record<Key, Value> {
  return Object.fromEntries(keys.map((key) => [key, of(key)])) as Record<Key, Value>;
}
