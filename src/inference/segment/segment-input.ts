import type { Slice } from '../../volume/volume.ts';
import { normalisePatch } from '../crop/normalise-patch.ts';
import type { PatchFrame } from '../crop/patch-frame.ts';
import { samplePatch } from '../crop/sample-patch.ts';
import type { PatchSpec } from '../pack/patch-spec.ts';

/** What a segmenter sees of a slice. */
export interface SegmentInput {
  /** [size, size], values in [0, 1]. */
  readonly data: Float32Array;
  /** 1 where the slice has a pixel. */
  readonly seen: Uint8Array;
}

/** Samples a square of a slice. @throws ImagingError when it cannot be decoded. */
export async function segmentInput(
  slice: Slice,
  frame: PatchFrame,
  { normalise }: Pick<PatchSpec, 'normalise'>,
): Promise<SegmentInput> {
  const data = new Float32Array(frame.size ** 2);
  samplePatch({ plane: slice.plane, pixels: await slice.pixels() }, frame, data, 0);
  const seen = seenOf(data);
  normalisePatch(data, normalise);
  return { data, seen };
}

/** 1 where something was sampled (see samplePatch). */
export function seenOf(sampled: Float32Array): Uint8Array {
  const seen = new Uint8Array(sampled.length);
  for (let i = 0; i < seen.length; i++) seen[i] = Number.isNaN(sampled[i]) ? 0 : 1;
  return seen;
}
