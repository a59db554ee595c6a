import type { Level } from './level.ts';

/** Of the slices on which a level was measured the one of a plane: lengths on a sagittal one, the sac's area on an axial one. */
export interface MeasuredSlice {
  readonly level: Level;
  readonly plane: 'sagittal' | 'axial';
  /** Whether what was outlined is shown too. */
  readonly outlines: boolean;
}
