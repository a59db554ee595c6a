import type { SpinePoint } from '../../shape/spine-point.ts';

/** Tissue of vertebral bodies and discs at a located point, −1 where there is neither. */
export type SpineTissue = (q: SpinePoint) => number;
