import { GRADES, type Grade } from '../../domain/grade.ts';
import type { Condition } from '../../domain/target.ts';

export type FourGrade = 'Normal' | 'Mild' | 'Moderate' | 'Severe';

/**
 * From a measured quantity to a grade. Each quantity falls as narrowing grows:
 * Severe below `severe`, Moderate below `moderate`, Normal/Mild otherwise; of four grades Mild below `mild`.
 */
export interface GradingThreshold {
  readonly quantity: string;
  readonly severe: number;
  readonly moderate: number;
  readonly mild: number;
  /** Ranges anatomies are drawn from, away from the thresholds so that a grade shows at 0.5–0.7 mm pixels. */
  readonly drawn: Readonly<Record<FourGrade, readonly [low: number, high: number]>>;
  readonly source: string;
}

export const GRADING_THRESHOLDS: Readonly<Record<Condition, GradingThreshold>> = {
  spinal_canal_stenosis: {
    quantity: 'cross-sectional area of the dural sac in the plane of the disc, mm²',
    severe: 75,
    moderate: 100,
    mild: 130,
    drawn: { Normal: [134, 225], Mild: [110, 126], Moderate: [80, 95], Severe: [26, 64] },
    source:
      'Schönström, Bolender, Spengler, Spine 1985;10:806 (75 and 100 mm²); Bolender et al., J Bone Joint Surg Am 1985;67:240 (100–130 mm² early stenosis); the CSF left around the roots then follows Schizas et al., Spine 2010;35:1919 (A, B, C/D)',
  },
  neural_foraminal_narrowing: {
    quantity:
      'fat within 1.5 mm of the exiting root (share of that ring) + root area (share of its undeformed area), sagittal plane through the foramen',
    severe: 0.85,
    moderate: 1.45,
    mild: 1.75,
    drawn: { Normal: [1.82, 2], Mild: [1.6, 1.72], Moderate: [1, 1.22], Severe: [0.4, 0.7] },
    source:
      'Lee et al., AJR 2010;194:1095: fat lost in two opposing directions = mild, all round = moderate, root deformed = severe; mild from a quarter of the ring lost',
  },
  subarticular_stenosis: {
    quantity: 'depth of the lateral recess from disc margin to facet or ligamentum flavum, mm',
    severe: 2,
    moderate: 4,
    mild: 5,
    drawn: { Normal: [5.3, 8], Mild: [4.5, 4.9], Moderate: [2.5, 3.4], Severe: [0.2, 1.3] },
    source: 'Ciric et al., J Neurosurg 1980;53:433; Mikhael et al., Radiology 1981;140:97 (5, 3–4 and 2 mm)',
  },
};

/** The grade a measured quantity stands for. */
export function gradeOf(condition: Condition, measured: number): Grade {
  const { severe, moderate } = GRADING_THRESHOLDS[condition];
  if (measured < severe) return GRADES[2];
  return measured < moderate ? GRADES[1] : GRADES[0];
}

/** Of four grades, the one a measured quantity stands for: gradeOf with Normal/Mild told apart. */
export function fourGradeOf(condition: Condition, measured: number): FourGrade {
  const grade = gradeOf(condition, measured);
  if (grade !== 'Normal/Mild') return grade;
  return measured < GRADING_THRESHOLDS[condition].mild ? 'Mild' : 'Normal';
}
