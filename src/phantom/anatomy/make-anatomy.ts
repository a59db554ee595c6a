import type { Grade } from '../../domain/grade.ts';
import { LEVELS } from '../../domain/level.ts';
import { targetKey } from '../../domain/target.ts';
import { drawGrades, patientWear } from '../grades/draw-grades.ts';
import { GRADING_THRESHOLDS } from '../grades/grading-thresholds.ts';
import { gradeAnatomy } from '../grades/measure-anatomy.ts';
import { narrowSegment, type Wanted } from '../grades/narrow-segment.ts';
import type { Prevalence } from '../grades/prevalence.ts';
import { seededRandom } from '../random.ts';
import type { Anatomy } from './anatomy.ts';
import { drawHabitus } from './draw-habitus.ts';
import { drawSegments } from './draw-segments.ts';
import { drawWear } from './draw-wear.ts';
import { firstLumbar, type SpineVariant } from './spine-variant.ts';
import { stackVertebrae } from './stack-vertebrae.ts';
import { FIRST_LUMBAR_DISC } from './vertebra.ts';

export interface AnatomyOverrides {
  /** How often the grades occur; 'clinical' by default. */
  readonly prevalence?: Prevalence;
  /** Grades forced by target key; everything else stays as the seed gives it. */
  readonly grades?: Readonly<Record<string, Grade>>;
  /** An ordinary spine by default. */
  readonly variant?: SpineVariant;
}

/**
 * A patient's lumbar spine from a seed. The drawn grades set how far each place is narrowed; the grades kept are
 * those measured afterwards.
 */
export function makeAnatomy(seed: number, overrides: AnatomyOverrides = {}): Anatomy {
  const prevalence = overrides.prevalence ?? 'clinical';
  const wear = drawWear(seed, patientWear(seed, prevalence));
  const grades = { ...drawGrades(seed, prevalence), ...overrides.grades };
  const variant = overrides.variant ?? {};
  const stack = stackVertebrae(seed, wear.heightLoss, wear.listhesisMm, variant);
  const l1 = firstLumbar(variant);
  const free = drawSegments(seed, stack.vertebrae, stack.discHeightsMm, wear);
  const segments = free.map((segment, disc) => {
    const level = LEVELS[disc - FIRST_LUMBAR_DISC];
    if (level === undefined) return segment;
    const wanted: Wanted = (condition, side) => {
      const key = targetKey({ condition, side, level });
      const grade = grades[key]!;
      const random = seededRandom(seed, key);
      const mild = random.chance(0.12 + 0.4 * wear.patient);
      const drawn = grade === 'Normal/Mild' ? (mild ? 'Mild' : 'Normal') : grade;
      return random.uniform(...GRADING_THRESHOLDS[condition].drawn[drawn]);
    };
    const random = seededRandom(seed, `shares ${level}`);
    const shares = [random.uniform(0.15, 0.85), random.uniform(0.15, 0.85), random.uniform(0.25, 0.8)];
    return narrowSegment(segment, stack.vertebrae[disc]!, stack.vertebrae[disc + 1]!, wanted, shares);
  });
  const built = { vertebrae: stack.vertebrae, segments };
  return {
    seed,
    firstLumbar: l1,
    ...built,
    habitus: drawHabitus(seed, stack.vertebrae, l1, wear.patient),
    grades: gradeAnatomy(built),
  };
}
