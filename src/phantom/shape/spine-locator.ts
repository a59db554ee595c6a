import type { Vertebra } from '../anatomy/vertebra.ts';
import type { SpinePoint } from './spine-point.ts';

/** Finds points of the patient in the spine. */
export interface SpineLocator {
  readonly point: SpinePoint;
  /** Sets `point`; starts at the segment found last, so that neighbouring points are cheap. */
  locate(p: ArrayLike<number>): void;
}

const STRIDE = 32;

/** Packs two neighbouring vertebrae: frames, axis tangents, sizes. */
function packSegment(table: Float64Array, at: number, above: Vertebra, below: Vertebra): void {
  const chord = Math.hypot(...([0, 1, 2] as const).map((i) => below.centreMm[i] - above.centreMm[i]));
  for (let i = 0; i < 3; i++) {
    table[at + i] = above.centreMm[i]!;
    table[at + 3 + i] = below.centreMm[i]!;
    table[at + 6 + i] = above.down[i]!;
    table[at + 9 + i] = below.down[i]!;
    table[at + 12 + i] = above.left[i]!;
    table[at + 15 + i] = below.left[i]! - above.left[i]!;
    table[at + 18 + i] = above.posterior[i]!;
    table[at + 21 + i] = below.posterior[i]! - above.posterior[i]!;
  }
  const cosine = above.posterior.reduce((sum, value, i) => sum + value * below.posterior[i]!, 0);
  table[at + 24] = chord;
  table[at + 25] = above.halfWidthMm;
  table[at + 26] = below.halfWidthMm - above.halfWidthMm;
  table[at + 27] = above.halfDepthMm;
  table[at + 28] = below.halfDepthMm - above.halfDepthMm;
  // Length² of the interpolated posterior axis is 1 − 2t(1 − t)(1 − cosine).
  table[at + 29] = 2 * (1 - cosine);
}

/** Finds spine coordinates: body axes are joined by Hermite arcs, axes are interpolated between mid-body planes. */
export function spineLocator(vertebrae: readonly Vertebra[]): SpineLocator {
  const last = vertebrae.length - 2;
  const table = new Float64Array((last + 1) * STRIDE);
  for (let i = 0; i <= last; i++) packSegment(table, i * STRIDE, vertebrae[i]!, vertebrae[i + 1]!);
  const point: SpinePoint = {
    disc: 5,
    t: 0.5,
    u: 0,
    v: 0,
    p: 0,
    h: 0,
    below: 0,
    above: 0,
    halfWidth: 1,
    halfDepth: 1,
    along: 0,
    lateral: 0,
    texturePoint: new Float64Array(3),
    inSac: false,
    fatShare: 0,
  };

  const locate = (p: ArrayLike<number>) => {
    const x = p[0]!;
    const y = p[1]!;
    const z = p[2]!;
    let k = point.disc;
    let below = 0;
    let above = 0;
    let o = k * STRIDE;
    // Far behind the spine neighbouring planes cross: stop after one reversal.
    let direction = 0;
    for (;;) {
      o = k * STRIDE;
      below =
        (x - table[o]!) * table[o + 6]! +
        (y - table[o + 1]!) * table[o + 7]! +
        (z - table[o + 2]!) * table[o + 8]!;
      above =
        (table[o + 3]! - x) * table[o + 9]! +
        (table[o + 4]! - y) * table[o + 10]! +
        (table[o + 5]! - z) * table[o + 11]!;
      if (below < 0 && direction <= 0 && k > 0) {
        k--;
        direction = -1;
      } else if (above < 0 && direction >= 0 && k < last) {
        k++;
        direction = 1;
      } else break;
    }
    const total = below + above;
    let t = total > 1e-6 ? below / total : 0.5;
    if (t < 0) t = 0;
    else if (t > 1) t = 1;
    const s = 1 - t;
    const chord = table[o + 24]!;
    const wA = s * s * (1 + 2 * t);
    const wB = 1 - wA;
    const tA = t * s * s * chord;
    const tB = -t * t * s * chord;
    const dx = x - wA * table[o]! - wB * table[o + 3]! - tA * table[o + 6]! - tB * table[o + 9]!;
    const dy = y - wA * table[o + 1]! - wB * table[o + 4]! - tA * table[o + 7]! - tB * table[o + 10]!;
    const dz = z - wA * table[o + 2]! - wB * table[o + 5]! - tA * table[o + 8]! - tB * table[o + 11]!;
    const scale = 1 / Math.sqrt(1 - t * s * table[o + 29]!);
    point.disc = k;
    point.t = t;
    point.u =
      dx * (table[o + 12]! + t * table[o + 15]!) +
      dy * (table[o + 13]! + t * table[o + 16]!) +
      dz * (table[o + 14]! + t * table[o + 17]!);
    point.v =
      scale *
      (dx * (table[o + 18]! + t * table[o + 21]!) +
        dy * (table[o + 19]! + t * table[o + 22]!) +
        dz * (table[o + 20]! + t * table[o + 23]!));
    point.halfWidth = table[o + 25]! + t * table[o + 26]!;
    point.halfDepth = table[o + 27]! + t * table[o + 28]!;
    point.p = point.v - point.halfDepth;
    point.below = below;
    point.above = above;
    point.h = (below - above) / 2;
    point.along = k + t;
    point.lateral = point.u < 0 ? -point.u : point.u;
  };
  return { point, locate };
}
