/** Grey values to [0, 1]: the two percentiles of the sampled values become 0 and 1, the rest is clipped. */
export interface Normalisation {
  readonly kind: 'percentile';
  readonly low: number;
  readonly high: number;
}

/** A square patch sampled from slices, its channels slices, its pixels square. */
export interface PatchSpec {
  /** Name of the ONNX input. */
  readonly name: string;
  readonly size: number;
  readonly mmPerPixel: number;
  /** What is shown of it, about the middle: the rows above and below are as if outside the slice. All when not given. */
  readonly rows?: number;
  readonly normalise: Normalisation;
}
