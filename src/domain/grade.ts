/** The three grades of the RSNA 2024 Lumbar Spine Degenerative Classification challenge, mildest first. */
export const GRADES = ['Normal/Mild', 'Moderate', 'Severe'] as const;
export type Grade = (typeof GRADES)[number];

/** Posterior probability of each grade; sums to 1. */
export type GradeProbabilities = Readonly<Record<Grade, number>>;

/**
 * Checks and names three posteriors given in GRADES order.
 * @throws RangeError when a value is not a finite probability or the sum is off 1 by more than 1e-3.
 */
export function gradeProbabilities(values: ArrayLike<number>): GradeProbabilities {
  const [normalMild, moderate, severe] = [values[0], values[1], values[2]] as [number, number, number];
  const sum = normalMild + moderate + severe;
  const inRange = (p: number) => Number.isFinite(p) && p >= 0 && p <= 1;
  if (values.length !== 3 || ![normalMild, moderate, severe].every(inRange) || Math.abs(sum - 1) > 1e-3) {
    throw new RangeError(
      `grade probabilities must be three values in [0, 1] that sum to 1, got [${Array.from(values)}]`,
    );
  }
  return { 'Normal/Mild': normalMild / sum, Moderate: moderate / sum, Severe: severe / sum };
}

/** The most probable grade; of equal ones the milder. */
export function mostProbableGrade(probabilities: GradeProbabilities): Grade {
  return GRADES.reduce((best, grade) => (probabilities[grade] > probabilities[best] ? grade : best));
}
