import type { TexturePoint } from '../tissue/texture.ts';

/** A patient point in the coordinates of the spine (see MotionSegment); overwritten by every locate call. */
export interface SpinePoint {
  /** Motion segment (disc index). */
  disc: number;
  t: number;
  u: number;
  /** Behind the axis of the bodies, mm; p = v − half depth of the bodies. */
  v: number;
  p: number;
  h: number;
  /** Below the middle of the upper body and above the middle of the lower one, mm. */
  below: number;
  above: number;
  halfWidth: number;
  halfDepth: number;
  /** disc + t: grows from cranial to caudal. */
  along: number;
  /** Distance from the midline, |u|. */
  lateral: number;
  /** Where in the noise field the point lies, mm; set by the sampler. */
  readonly texturePoint: TexturePoint;
  /** Whether it lies in the dural sac; set by the sampler. */
  inSac: boolean;
  /** Share of fat in the muscle found last. */
  fatShare: number;
}
