import { GRADES, type Grade } from '../../domain/grade.ts';
import { LEVELS } from '../../domain/level.ts';
import { TARGETS, targetKey } from '../../domain/target.ts';
import { seededRandom } from '../random.ts';
import { BALANCED_PREVALENCE, CLINICAL_PREVALENCE, type Prevalence } from './prevalence.ts';

/**
 * Variance shares of the latent severity: patient (age), level (the same worn disc), in the canal the canal the patient
 * was born with, and the target alone.
 */
const SHARES = {
  clinical: { patient: 0.4, level: 0.3, canal: 0.1 },
  balanced: { patient: 0.1, level: 0.2, canal: 0 },
} as const;

/** Cumulative standard normal, Abramowitz and Stegun 26.2.17; error below 1e-7. */
function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    0.3989422804 *
    Math.exp((-z * z) / 2) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z > 0 ? 1 - tail : tail;
}

/**
 * Grades of all 25 targets by a Gaussian copula: each target keeps its prevalence, neighbours in patient and level
 * go together as they do in patients.
 */
export function drawGrades(seed: number, prevalence: Prevalence): Record<string, Grade> {
  const random = seededRandom(seed, 'grades');
  const share = SHARES[prevalence];
  const patient = random.normal(0, 1);
  const levels = LEVELS.map(() => random.normal(0, 1));
  const canal = seededRandom(seed, 'canal').normal(0, 1);
  const grades: Record<string, Grade> = {};
  for (const target of TARGETS) {
    const level = LEVELS.indexOf(target.level);
    const inborn = target.condition === 'spinal_canal_stenosis' ? share.canal : 0;
    const latent =
      Math.sqrt(share.patient) * patient +
      Math.sqrt(inborn) * canal +
      Math.sqrt(share.level) * levels[level]! +
      Math.sqrt(1 - share.patient - inborn - share.level) * random.normal(0, 1);
    const exceeded = 100 * (1 - normalCdf(latent));
    const [moderate, severe] =
      prevalence === 'balanced' ? BALANCED_PREVALENCE : CLINICAL_PREVALENCE[target.condition][level]!;
    grades[targetKey(target)] =
      exceeded < severe ? GRADES[2] : exceeded < severe + moderate ? GRADES[1] : GRADES[0];
  }
  return grades;
}

/** Per-patient severity that also drives what is not graded: worn discs, osteophytes, fatty muscle. */
export function patientWear(seed: number, prevalence: Prevalence): number {
  const latent = seededRandom(seed, 'grades').normal(0, 1);
  return normalCdf(
    prevalence === 'balanced' ? 0.5 * latent + seededRandom(seed, 'wear').normal(0, 0.87) : latent,
  );
}
