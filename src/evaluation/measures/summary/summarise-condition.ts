import { GRADES } from '../../../domain/grade.ts';
import { LEVELS, type Level } from '../../../domain/level.ts';
import { type GradedRow, type GradedStudyRows, moderateOrWorse } from '../../tables/graded-row.ts';
import { type RocPoint, rocCurve } from '../auroc.ts';
import { type BootstrapOptions, bootstrap, type Estimate } from '../bootstrap.ts';
import { type ReliabilityBin, reliabilityBins } from '../calibration.ts';
import { type ConfusionMatrix, confusionMatrix } from '../confusion-matrix.ts';
import { agreement, type GradeAgreement } from '../grade-agreement.ts';
import { isModerateOrWorse, isSevere, type Measure, measures } from '../grade-measures.ts';

/** Every measure of one set of rows. */
export interface GroupSummary {
  readonly rows: number;
  readonly measures: Readonly<Record<Measure, Estimate>>;
  /** Truth (row) by prediction (column). */
  readonly confusion: ConfusionMatrix;
  /** In GRADES order. */
  readonly grades: readonly GradeAgreement[];
}

/** One condition as a whole, by level, and its curves. */
export interface ConditionSummary extends GroupSummary {
  /** Targets whose true grade the model can say; null where it can say every grade. */
  readonly sayable: GroupSummary | null;
  /** Findings that are not marked as uncertain; null where none is marked. */
  readonly unmarked: GroupSummary | null;
  readonly levels: Readonly<Record<Level, GroupSummary>>;
  readonly roc: {
    readonly moderateOrWorse: readonly RocPoint[];
    readonly severe: readonly RocPoint[];
  };
  /** Of P(Moderate or worse). */
  readonly reliability: readonly ReliabilityBin[];
}

/** Everything said of one condition; `studies` hold its rows alone. */
export function summariseCondition(
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
    unmarked: rows.some((row) => row.uncertain)
      ? summariseGroup(
          restrict(studies, (row) => !row.uncertain),
          options,
        )
      : null,
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

/** Studies without a row of the kind stay: leaving them out would change what is drawn. */
export function restrict(
  studies: readonly GradedStudyRows[],
  keep: (row: GradedRow) => boolean,
): GradedStudyRows[] {
  return studies.map((study) => ({ ...study, rows: study.rows.filter(keep) }));
}

/** An object with a value for each key. */
export function record<Key extends string, Value>(
  keys: readonly Key[],
  of: (key: Key) => Value,
): Record<Key, Value> {
  return Object.fromEntries(keys.map((key) => [key, of(key)])) as Record<Key, Value>;
}
