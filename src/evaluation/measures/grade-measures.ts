import { type GradedRow, moderateOrWorse, predictedGrade } from '../tables/graded-row.ts';
import { auroc } from './auroc.ts';
import { expectedCalibrationError, reliabilityBins } from './calibration.ts';
import { confusionMatrix } from './confusion-matrix.ts';
import { agreement } from './grade-agreement.ts';
import { gradeWeight, normalisedPosteriors, weightedLogLoss } from './weighted-log-loss.ts';

/** Each said once, as the report prints it. */
export const MEASURES = {
  logLoss: 'log loss, unweighted',
  weightedLogLoss: 'log loss with the competition’s weights 1, 2, 4',
  competitionLogLoss: 'the same of probabilities that were given these weights too, as for a competition',
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

/** Every measure of a set of rows; null where there is nothing to measure. */
export function measures(rows: readonly GradedRow[]): Record<Measure, number | null> {
  const { accuracy, macro, quadraticKappa } = agreement(confusionMatrix(rows));
  const likely = rows.map(moderateOrWorse);
  const top = rows.map((row) => row.posteriors[predictedGrade(row)]);
  const right = rows.map((row) => predictedGrade(row) === row.truth);
  return {
    logLoss: logLoss(rows),
    weightedLogLoss: weightedLogLoss(rows),
    competitionLogLoss: weightedLogLoss(rows.map(weighted)),
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

/**
 * The posteriors times the competition's weights, brought to a sum of 1: of all probabilities those that its metric
 * rewards most, where the posteriors are calibrated.
 */
function weighted(row: GradedRow): GradedRow {
  const [normalMild, moderate, severe] = row.posteriors;
  const values = [gradeWeight(0) * normalMild, gradeWeight(1) * moderate, gradeWeight(2) * severe] as const;
  const sum = values[0] + values[1] + values[2];
  return { ...row, posteriors: [values[0] / sum, values[1] / sum, values[2] / sum] };
}

/** Mean of −ln p_y; null of nothing. */
export function logLoss(rows: readonly GradedRow[]): number | null {
  if (rows.length === 0) return null;
  const losses = rows.map(({ posteriors, truth }) => -Math.log(normalisedPosteriors(posteriors)[truth]));
  return losses.reduce((a, b) => a + b, 0) / rows.length;
}

/** By the reference. */
export const isModerateOrWorse = (row: GradedRow) => row.truth > 0;

/** By the reference. */
export const isSevere = (row: GradedRow) => row.truth === 2;
