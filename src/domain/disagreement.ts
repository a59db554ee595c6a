import type { Grade } from './grade.ts';
import type { Level } from './level.ts';
import { MEASURE_WORDS, type Measure, UNIT } from './measurement.ts';

/** A value of the literature, and what it says of a level beyond it. */
export interface Threshold {
  /** In the unit of the measure. */
  readonly value: number;
  readonly means: string;
  /** First author and year; docs/measurements.md has the whole reference. */
  readonly source: string;
}

/** A length or area that says one thing by a threshold, and a grade or label that says another. */
export interface Disagreement extends Threshold {
  readonly level: Level;
  readonly measure: Measure;
  readonly measured: number;
  /** On which side of the threshold it lies. */
  readonly is: 'below' | 'from';
  readonly graded: Grade | 'present' | 'absent';
}

/** One sentence for all of a study. */
export function disagreementsInWords(all: readonly Disagreement[]): string {
  const each = all.map(({ level, measure, measured, is, value, means, source, graded }) => {
    const unit = UNIT[measure] === 'mm2' ? 'mm²' : 'mm';
    const digits = unit === 'mm' ? 1 : 0;
    const side = is === 'below' ? 'below' : 'not below';
    return `${level} ${MEASURE_WORDS[measure]} ${Math.abs(measured).toFixed(digits)} ${unit}, ${side} ${value} ${unit} (${means}: ${source}), but ${graded}`;
  });
  return `Measured and graded differ, read with care: ${each.join('; ')}. No grade was changed by it.`;
}
