import type { Point } from '../../domain/point.ts';

/**
 * Vertebrae modelled, from cranial to caudal, as they are called in an ordinary spine; disc i lies between vertebra i
 * and vertebra i + 1.
 */
export const VERTEBRAE = [
  'T8',
  'T9',
  'T10',
  'T11',
  'T12',
  'L1',
  'L2',
  'L3',
  'L4',
  'L5',
  'S1',
  'S2',
  'S3',
  'S4',
  'S5',
] as const;
/** Other names occur where there are six lumbar vertebrae, or four. */
export type VertebraName = (typeof VERTEBRAE)[number] | 'T7' | 'L6';

/** Index of the first of the five graded discs, the disc below L1 in an ordinary spine, and of the first sacral vertebra. */
export const FIRST_LUMBAR_DISC = VERTEBRAE.indexOf('L1');
export const FIRST_SACRAL = VERTEBRAE.indexOf('S1');

/** A vertebral body as a rigid frame in the patient (LPS, mm); `down` points caudally, left × down = posterior. */
export interface Vertebra {
  readonly name: VertebraName;
  readonly centreMm: Point;
  readonly left: Point;
  readonly posterior: Point;
  readonly down: Point;
  readonly halfHeightMm: number;
  readonly halfWidthMm: number;
  readonly halfDepthMm: number;
  /** Height lost at each endplate per mm towards posterior (tangent of half the wedge angle). */
  readonly wedgeSlope: number;
  readonly endplateConcavityMm: number;
  /** Share by which the body narrows at mid-height. */
  readonly waist: number;
  /** Haemangioma of the body: place relative to its middle along left, posterior and down, and radius; null for none. */
  readonly haemangioma: readonly [u: number, v: number, down: number, radius: number] | null;
}
