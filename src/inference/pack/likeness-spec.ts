/**
 * What the patches looked like that a network was trained on: a Gaussian of the traits of a patch (patch-traits.ts) for each
 * kind of source.
 */
export type LikenessSpec = readonly LikenessToSource[];

interface LikenessToSource {
  readonly source: string;
  readonly mean: readonly number[];
  /** Lower triangle by rows, the inverse of the covariance's Cholesky factor: what makes deviations independent, of variance 1. */
  readonly whitening: readonly (readonly number[])[];
  /** A patch is like those of the source up to this distance. */
  readonly limit: number;
}

/** Whether a patch of these traits is like those of any source. */
export function isLike(spec: LikenessSpec, traits: readonly number[]): boolean {
  return spec.some(({ mean, whitening, limit }) => {
    const deviations = traits.map((trait, i) => trait - mean[i]!);
    const squared = whitening.reduce((sum, row) => {
      const white = row.reduce((total, weight, i) => total + weight * deviations[i]!, 0);
      return sum + white * white;
    }, 0);
    return squared <= limit * limit;
  });
}
