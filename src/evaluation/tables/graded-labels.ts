import type { DiscLabel } from '../../domain/assessment.ts';
import type { Level } from '../../domain/level.ts';
import { type Condition, LEVEL_TARGETS, targetKey } from '../../domain/target.ts';
import type { ReferenceGrades } from './grades-table.ts';

/** What is true of each motion segment beside the grades; undefined where nobody knows. */
export type ReferenceLabels = (label: DiscLabel, level: Level) => boolean | undefined;

/** The labels that follow from grades alone: the condition is Moderate or worse, on either side. */
const GRADED_LABELS: Readonly<Partial<Record<DiscLabel, Condition>>> = {
  canal_stenosis: 'spinal_canal_stenosis',
  foraminal_stenosis: 'neural_foraminal_narrowing',
};

/** Labels as far as the challenge's grades tell them: undefined where a side without a grade could change the answer. */
export function labelsFromGrades(grades: ReferenceGrades): ReferenceLabels {
  return (label, level) => {
    const condition = GRADED_LABELS[label];
    if (condition === undefined) return undefined;
    const sides = LEVEL_TARGETS.filter((target) => target.condition === condition).map(
      (target) => grades[targetKey({ ...target, level })],
    );
    if (sides.some((grade) => grade === 'Moderate' || grade === 'Severe')) return true;
    return sides.includes(undefined) ? undefined : false;
  };
}
