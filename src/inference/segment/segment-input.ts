import type { Slice } from '../../volume/volume.ts';
import { normalisePatch } from '../crop/normalise-patch.ts';
import type { PatchFrame } from '../crop/patch-frame.ts';
import { samplePatch } from '../crop/sample-patch.ts';
import type { PatchSpec } from '../pack/patch-spec.ts';

/** What a segmenter sees of a slice: [size, size], values in [0, 1]. @throws ImagingError when it cannot be decoded. */
export async function segmentInput(
  slice: Slice,
  frame: PatchFrame,
  { normalise }: Pick<PatchSpec, 'normalise'>,
): Promise<Float32Array> {
  const data = new Float32Array(frame.size ** 2).fill(Number.NaN);
  samplePatch({ plane: slice.plane, pixels: await slice.pixels() }, frame, data, 0);
  normalisePatch(data, normalise);
  return data;
}
