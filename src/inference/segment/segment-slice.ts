import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Point } from '../../domain/point.ts';
import type { OutlinedSlice } from '../../measure/outlined-slice.ts';
import type { Slice } from '../../volume/volume.ts';
import type { ModelRunner } from '../network/model-runner.ts';
import type { SegmentedPlane, SegmenterNetworkSpec } from '../pack/segmenter-spec.ts';
import { segmentFrame } from './segment-frame.ts';
import { segmentInput } from './segment-input.ts';

/** A network of a segmenter, ready to run. */
export interface SegmenterNetwork {
  readonly plane: SegmentedPlane;
  readonly spec: SegmenterNetworkSpec;
  readonly runner: ModelRunner;
}

/**
 * Outlines the structures on one slice, in the square around the foot of a point on it.
 * @throws ImagingError when the slice cannot be decoded; Error when the network answers with anything but finite
 *   numbers.
 */
export async function segmentSlice(
  { plane, spec: { input, output }, runner }: SegmenterNetwork,
  slice: Slice,
  centreMm: Point,
): Promise<OutlinedSlice> {
  const { size } = input;
  const frame = segmentFrame(plane, slice.plane, centreMm, input);
  const { data, seen } = await segmentInput(slice, frame, input);
  // Sampling is arithmetic alone: other work gets its turn.
  await nextTurn();
  const { [output.name]: answer } = await runner.run({ [input.name]: { dims: [1, 1, size, size], data } });
  const area = size * size;
  const shares = output.structures.map((structure, i) => [
    structure,
    answer!.data.subarray((i + 1) * area, (i + 2) * area),
  ]);
  return {
    image: slice.image,
    role: input.role,
    plane: slice.plane,
    grid: frame,
    shares: Object.fromEntries(shares),
    seen,
  };
}
