import type { Vertebra } from '../anatomy/vertebra.ts';

/** Posterior outline of body and disc without any bulge: p at `u` mm from the midline. */
export function bodyMargin(u: number, halfWidthMm: number, halfDepthMm: number): number {
  const s = u / halfWidthMm;
  const rest = 1 - s * s * s * s;
  return rest <= 0 ? -halfDepthMm : halfDepthMm * (Math.sqrt(Math.sqrt(rest)) - 1);
}

/** Half width and half depth of the bodies at t, between the vertebrae above and below. */
function between(above: number, below: number, t: number): number {
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
