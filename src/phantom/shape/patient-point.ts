import type { Vertebra } from '../anatomy/vertebra.ts';

/** The patient point at spine coordinates (disc, t, u, p), the inverse of locate near the spine. */
export function patientPoint(
  vertebrae: readonly Vertebra[],
  disc: number,
  t: number,
  u: number,
  p: number,
): readonly [number, number, number] {
  const [above, below] = [vertebrae[disc]!, vertebrae[disc + 1]!];
  const chord = Math.hypot(...([0, 1, 2] as const).map((i) => below.centreMm[i] - above.centreMm[i]));
  const s = 1 - t;
  const wA = s * s * (1 + 2 * t);
  const v = p + above.halfDepthMm + t * (below.halfDepthMm - above.halfDepthMm);
  const posterior = ([0, 1, 2] as const).map((i) => s * above.posterior[i] + t * below.posterior[i]);
  const scale = v / Math.hypot(...posterior);
  const at = (i: 0 | 1 | 2) =>
    wA * above.centreMm[i] +
    (1 - wA) * below.centreMm[i] +
    t * s * s * chord * above.down[i] -
    t * t * s * chord * below.down[i] +
    u * (s * above.left[i] + t * below.left[i]) +
    scale * posterior[i]!;
  return [at(0), at(1), at(2)];
}
