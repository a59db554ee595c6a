import type { Slice } from '../../volume/volume.ts';
import { normalisePatch } from '../crop/normalise-patch.ts';
import type { PatchFrame } from '../crop/patch-frame.ts';
import { samplePatch } from '../crop/sample-patch.ts';
import { wholeSliceFrame } from '../crop/whole-slice-frame.ts';
import type { ForamenFinderSpec } from '../pack/foramen-finder-spec.ts';

/** What the foramen finder sees of a slice, and where that lies in the patient. */
export interface FinderInput {
  /** [size, size], values in [0, 1]. */
  readonly data: Float32Array;
  readonly frame: PatchFrame;
}

/** Samples one whole sagittal slice. @throws ImagingError when it cannot be decoded. */
export async function finderInput(slice: Slice, { input }: ForamenFinderSpec): Promise<FinderInput> {
  const frame = wholeSliceFrame(slice.plane, input);
  const data = new Float32Array(input.size ** 2).fill(Number.NaN);
  samplePatch({ plane: slice.plane, pixels: await slice.pixels() }, frame, data, 0);
  normalisePatch(data, input.normalise);
  return { data, frame };
}
