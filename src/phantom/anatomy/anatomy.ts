import type { Grade } from '../../domain/grade.ts';
import type { Habitus } from './habitus.ts';
import type { MotionSegment } from './motion-segment.ts';
import type { Vertebra } from './vertebra.ts';

/** A synthetic patient's lumbar spine; a pure value, everything rendered and every grade follows from it. */
export interface Anatomy {
  readonly seed: number;
  /** Index of L1: FIRST_LUMBAR_DISC where there are five lumbar vertebrae. */
  readonly firstLumbar: number;
  readonly vertebrae: readonly Vertebra[];
  /** One for each disc, vertebrae.length − 1. */
  readonly segments: readonly MotionSegment[];
  readonly habitus: Habitus;
  /** The grade each target was drawn for; equal to the grade measured on this geometry. */
  readonly grades: Readonly<Record<string, Grade>>;
}
