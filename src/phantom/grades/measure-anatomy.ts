import type { Grade } from '../../domain/grade.ts';
import { LEVELS } from '../../domain/level.ts';
import { TARGETS, targetKey } from '../../domain/target.ts';
import type { Anatomy } from '../anatomy/anatomy.ts';
import { FIRST_LUMBAR_DISC } from '../anatomy/vertebra.ts';
import { gradeOf } from './grading-thresholds.ts';
import { foraminalRoom, recessDepthMm, sacAreaMm2 } from './measure-narrowing.ts';

/** The quantity of every target as measured on the anatomy's geometry, by target key (units: GRADING_THRESHOLDS). */
export function measureAnatomy(anatomy: Pick<Anatomy, 'segments' | 'vertebrae'>): Record<string, number> {
  const measured: Record<string, number> = {};
  for (const target of TARGETS) {
    const disc = FIRST_LUMBAR_DISC + LEVELS.indexOf(target.level);
    const [segment, above, below] = [
      anatomy.segments[disc]!,
      anatomy.vertebrae[disc]!,
      anatomy.vertebrae[disc + 1]!,
    ];
    const side = target.side === 'right' ? 1 : 0;
    measured[targetKey(target)] =
      target.condition === 'spinal_canal_stenosis'
        ? sacAreaMm2(segment, above, below)
        : target.condition === 'subarticular_stenosis'
          ? recessDepthMm(segment, above, below, side)
          : foraminalRoom(segment, above, below, side);
  }
  return measured;
}

/** The grade of every target by target key, from the measured geometry. */
export function gradeAnatomy(anatomy: Pick<Anatomy, 'segments' | 'vertebrae'>): Record<string, Grade> {
  const measured = measureAnatomy(anatomy);
  return Object.fromEntries(
    TARGETS.map((target) => [targetKey(target), gradeOf(target.condition, measured[targetKey(target)]!)]),
  );
}
