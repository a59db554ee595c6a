import type { SeriesRole } from '../../domain/series-role.ts';
import { LABEL, STRUCTURES } from '../../domain/structure.ts';
import type { PatchFrame } from '../../inference/crop/patch-frame.ts';
import { samplePatch } from '../../inference/crop/sample-patch.ts';
import { seenOf } from '../../inference/segment/segment-input.ts';
import type { OutlinedSlice } from '../../measure/outlined-slice.ts';
import type { Slice } from '../../volume/volume.ts';
import { pixelsOf } from './label-patch.ts';

/** What a label map says of a square of its slice, as a segmenter would: what is measured on it is the truth. */
export function labelledOutline(
  slice: Slice,
  role: SeriesRole,
  labels: Uint8Array,
  frame: PatchFrame,
): OutlinedSlice {
  const sampled = STRUCTURES.map((structure) => {
    const share = new Float32Array(frame.size ** 2);
    const there = pixelsOf(labels, LABEL[structure]);
    samplePatch({ plane: slice.plane, pixels: there }, frame, share, 0);
    return [structure, share] as const;
  });
  // Beyond the slice every structure is as little known.
  const seen = seenOf(sampled[0]![1]);
  const shares = sampled.map(
    ([structure, share]) => [structure, share.map((value) => (Number.isNaN(value) ? 0 : value))] as const,
  );
  return {
    ...{ image: slice.image, role, plane: slice.plane, grid: frame },
    ...{ shares: Object.fromEntries(shares), seen },
  };
}
