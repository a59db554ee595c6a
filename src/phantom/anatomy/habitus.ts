import type { Point } from '../../domain/point.ts';

/** What surrounds the spine. */
export interface Habitus {
  readonly bodyHalfWidthMm: number;
  readonly bodyHalfDepthMm: number;
  /** Fat between spinous processes and skin at mid-lumbar height; it grows towards the sacrum. */
  readonly backFatMm: number;
  readonly sacralFatMm: number;
  /** How far the back muscles stand out beside the midline furrow. */
  readonly furrowMm: number;
  readonly muscleHalfWidthMm: number;
  readonly muscleDepthMm: number;
  /** 0 … 1: share of fat in the back muscles at L5. */
  readonly fattyInfiltration: number;
  readonly psoasRadiusMm: number;
  readonly aortaRadiusMm: number;
  readonly cavaRadiusMm: number;
  readonly vesselOffsetMm: number;
  readonly kidneys: boolean;
  /** Disc index + fraction at which the spinal cord ends. */
  readonly conusAt: number;
  /** Disc index + fraction at which the dural sac ends. */
  readonly sacEndAt: number;
  /** Each strand of the cauda equina: side (−1 … 1), front to back (0 … 1), where it leaves (disc index), phase. */
  readonly strands: readonly (readonly [side: number, depth: number, leavesAt: number, phase: number])[];
  /** Where in the noise field this patient's textures begin. */
  readonly textureOrigin: Point;
}
