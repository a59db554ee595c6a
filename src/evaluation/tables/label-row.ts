import type { DiscLabel, Observation } from '../../domain/assessment.ts';
import type { Level } from '../../domain/level.ts';
import type { ReferenceLabels } from './graded-labels.ts';

/** One label of one motion segment: the reference and what was predicted. */
export interface LabelRow {
  readonly label: DiscLabel;
  readonly level: Level;
  readonly present: boolean;
  readonly probability: number;
}

/** The observations of which a reference knows whether they are so. */
export function labelRows(
  observations: readonly Observation[],
  labels: ReferenceLabels,
): readonly LabelRow[] {
  return observations.flatMap(({ label, level, probability }): LabelRow[] => {
    const present = labels(label, level);
    return present === undefined ? [] : [{ label, level, present, probability }];
  });
}
