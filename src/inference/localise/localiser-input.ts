import { setImmediate as nextTurn } from 'node:timers/promises';
import { dot, type Point } from '../../domain/point.ts';
import type { Volume } from '../../volume/volume.ts';
import { normalisePatch } from '../crop/normalise-patch.ts';
import type { PatchFrame } from '../crop/patch-frame.ts';
import { leftNormal } from '../crop/plane-axes.ts';
import { samplePatch } from '../crop/sample-patch.ts';
import { sliceCentre, wholeSliceFrame } from '../crop/whole-slice-frame.ts';
import type { LocaliserSpec } from '../pack/localiser-spec.ts';

/** The localiser's tensor and where it lies in the patient. */
export interface LocaliserInput {
  /** [slices, size, size]; channels ordered from the patient's right to left. */
  readonly data: Float32Array;
  /** Frame on the middle slice: columns run posteriorly, rows caudally, within that slice's plane. */
  readonly frame: PatchFrame;
  /** Left-pointing normal of the middle slice. */
  readonly leftDirection: Point;
}

/**
 * Samples the stack of slices around the middle of a sagittal volume, or around the slice nearest to `centreX`
 * (mm, +x left) when given. Neighbours are the nearest slices on each side; beyond the volume's edge the channel
 * stays blank.
 */
export async function localiserInput(
  volume: Volume,
  spec: LocaliserSpec,
  centreX: number | null,
): Promise<LocaliserInput> {
  const middleSlice = volume.slices[Math.floor(volume.slices.length / 2)]!;
  const left = leftNormal(middleSlice.plane);
  const positions = volume.slices
    .map((slice) => ({
      slice,
      centre: sliceCentre(slice.plane),
      lateral: dot(sliceCentre(slice.plane), left),
    }))
    .sort((a, b) => a.lateral - b.lateral);
  const middleOf = Math.floor((positions.length - 1) / 2);
  const middle =
    centreX === null
      ? middleOf
      : positions.reduce(
          (best, p, i) =>
            Math.abs(p.centre[0] - centreX) < Math.abs(positions[best]!.centre[0] - centreX) ? i : best,
          middleOf,
        );
  const frame = { ...wholeSliceFrame(middleSlice.plane, spec.input), centreMm: positions[middle]!.centre };
  const area = spec.input.size ** 2;
  const data = new Float32Array(spec.input.slices * area).fill(Number.NaN);
  const reach = Math.floor(spec.input.slices / 2);
  const sampled = Array.from(
    { length: spec.input.slices },
    (_, channel) => positions[middle + channel - reach]?.slice,
  );
  const decoded = await Promise.all(sampled.map((slice) => slice?.pixels()));
  for (const [channel, slice] of sampled.entries()) {
    if (slice) samplePatch({ plane: slice.plane, pixels: decoded[channel]! }, frame, data, channel * area);
    // Sampling is arithmetic alone: other work gets its turn between slices.
    await nextTurn();
  }
  normalisePatch(data, spec.input.normalise);
  await nextTurn();
  return { data, frame, leftDirection: left };
}
