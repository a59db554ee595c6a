import type { MotionSegment, SegmentSide, Vertebra } from './anatomy.ts';

/** Distance from the midline at which the lateral recess and the foramen are measured, mm. */
export const RECESS_OFFSET_MM = 9;
export const FORAMEN_OFFSET_MM = 17;

/** Height of the pedicles' lower and upper edges as t: of the upper vertebra and of the lower one. */
export const PEDICLE_BOTTOM_T = 0.11;
export const PEDICLE_TOP_T = 0.66;
/** Room kept between dura and its surroundings. */
const DURA_GAP_MM = 0.6;

function rise(from: number, to: number, x: number): number {
  if (x <= from) return 0;
  if (x >= to) return 1;
  const s = (x - from) / (to - from);
  return s * s * (3 - 2 * s);
}

/** 1 over the middle of the canal, 0 from where the lateral recess is measured. */
export function centralWindow(u: number): number {
  return 1 - rise(4.5, 8.4, u);
}

/** 1 over the lateral recess, 0 in the midline and in the foramen. */
export function recessWindow(u: number): number {
  return rise(5.2, 7.6, u) * (1 - rise(10.4, 13, u));
}

/** 1 over the foramen, 0 in the canal and outside the spine. */
export function foramenWindow(u: number): number {
  return rise(11.5, 14.5, u) * (1 - rise(21.5, 27, u));
}

/** 1 at the height of the disc, fading over the protrusion's reach. */
function discWindow(segment: MotionSegment, h: number): number {
  const half = 0.14 * segment.discHeightMm;
  return 1 - rise(half, half + 1.5 + segment.protrusionReachMm, Math.abs(h));
}

/** 1 at the height of the facet joint, where flavum and facet thicken. */
function jointWindow(h: number): number {
  return 1 - rise(3.5, 10, Math.abs(h));
}

/** Posterior outline of body and disc without any bulge: p at `u` mm from the midline. */
export function bodyMargin(u: number, halfWidthMm: number, halfDepthMm: number): number {
  const s = u / halfWidthMm;
  const rest = 1 - s * s * s * s;
  return rest <= 0 ? -halfDepthMm : halfDepthMm * (Math.sqrt(Math.sqrt(rest)) - 1);
}

/** Front wall of canal and recess: posterior outline of body or disc with its bulges. `u` ≥ 0. */
export function frontWall(
  segment: MotionSegment,
  side: SegmentSide,
  base: number,
  u: number,
  h: number,
): number {
  const bulge =
    segment.diffuseBulgeMm +
    segment.centralAnteriorMm * centralWindow(u) +
    side.recessAnteriorMm * recessWindow(u);
  return (
    base +
    (bulge === 0 ? 0 : bulge * discWindow(segment, h)) -
    0.8 * rise(6, 12, Math.abs(h)) * (1 - rise(0, 12, u))
  );
}

/** Front of the laminae, without the flavum. */
export function laminaFront(segment: MotionSegment, u: number): number {
  return segment.canalDepthMm - segment.roofSlope * (Math.sqrt(u * u + 4) - 2);
}

/** Back wall of canal and recess: ligamentum flavum, or lamina where there is none. `u` ≥ 0. */
export function backWall(segment: MotionSegment, side: SegmentSide, u: number, t: number, h: number): number {
  // The two halves of the flavum meet thinly in the midline, where fat fills the angle.
  const thickness = segment.flavumMm * (0.5 + 0.5 * rise(0.5, 4.5, u));
  const flavum = thickness * rise(0.14, 0.4, t) * (1 - rise(0.8, 0.98, t));
  const narrowing = segment.centralPosteriorMm * centralWindow(u) + side.recessPosteriorMm * recessWindow(u);
  // A flavum that thickens takes the place of the fat.
  const displaced = Math.min(1, segment.centralPosteriorMm / 3);
  const fat = u > 6 ? 0 : segment.posteriorFatMm * (1 - displaced) * (1 - rise(0.8, 6, u));
  const angle = fat === 0 ? 0 : fat * rise(0.35, 0.55, t) * (1 - rise(0.8, 0.95, t));
  return laminaFront(segment, u) - flavum + angle - (narrowing === 0 ? 0 : narrowing * jointWindow(h));
}

/** Whether (u, p) lies in the dural sac, given the walls of the canal there. */
export function inSac(
  segment: MotionSegment,
  u: number,
  p: number,
  h: number,
  front: number,
  back: number,
): boolean {
  if (p < front + DURA_GAP_MM || p > back - DURA_GAP_MM) return false;
  const squeeze = segment.sacSqueeze === 0 ? 1 : 1 - segment.sacSqueeze * jointWindow(h);
  const centre = segment.anteriorFatMm + DURA_GAP_MM + segment.sacHalfDepthMm;
  const x = u / (segment.sacHalfWidthMm * squeeze);
  const y = (p - centre) / segment.sacHalfDepthMm;
  return x * x + y * y < 1;
}

/** Middle of the exiting root at `u` mm from the midline: [h, p]. */
export function exitingRootH(segment: MotionSegment, u: number): number {
  return -0.27 * segment.foramenLengthMm + 0.4 * (u - FORAMEN_OFFSET_MM);
}
export function exitingRootP(u: number): number {
  return 4.2 - 0.2 * (u - FORAMEN_OFFSET_MM);
}

/**
 * Distance, mm, from the edge of the foramen's opening, a teardrop around the root that closes as the foramen narrows;
 * negative inside. Approximate, exact in sign.
 */
export function foramenEdge(
  segment: MotionSegment,
  side: SegmentSide,
  u: number,
  p: number,
  h: number,
): number {
  const narrowing = side.foramenNarrowing * foramenWindow(u);
  const dh = h - exitingRootH(segment, u);
  const dp = p - exitingRootP(u);
  const across = 1 - 0.92 * narrowing;
  const along = 1 - 0.7 * narrowing;
  const reach = (dh < 0 ? 0.125 : side.foramenReach) * segment.foramenLengthMm * along;
  const taper = dh > 0 ? Math.max(0.2, 1 - ((dp < 0 ? 0.12 : side.foramenTaper) * dh) / reach) : 1;
  const room = (dp < 0 ? side.foramenFrontMm : side.foramenBackMm) * across * taper;
  const x = dp / room;
  const y = dh / reach;
  return (Math.sqrt(x * x + y * y) - 1) * Math.min(room, reach);
}

/** Half width and half depth of the bodies at t, between the vertebrae above and below. */
export function between(above: number, below: number, t: number): number {
  return above + (below - above) * t;
}

/** Posterior outline of the disc of a segment in its middle plane, mm. */
export function discMargin(above: Vertebra, below: Vertebra, u: number): number {
  return bodyMargin(
    u,
    between(above.halfWidthMm, below.halfWidthMm, 0.5),
    between(above.halfDepthMm, below.halfDepthMm, 0.5),
  );
}
