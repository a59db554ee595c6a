import type { Point } from '../../domain/point.ts';
import type { OutlinedSlice } from '../../measure/outlined-slice.ts';
import type { Slice } from '../../volume/volume.ts';
import type { PatchFrame } from '../crop/patch-frame.ts';
import type { ModelRunner } from '../network/model-runner.ts';
import type { SegmentedPlane, SegmenterNetworkSpec } from '../pack/segmenter-spec.ts';
import { segmentFrame } from './segment-frame.ts';
import { type SegmentInput, segmentInput } from './segment-input.ts';

/** A network of a segmenter, ready to run. */
export interface SegmenterNetwork {
  readonly plane: SegmentedPlane;
  readonly spec: SegmenterNetworkSpec;
  readonly runner: ModelRunner;
}

/** A square of a slice, as the network sees it. */
export interface SampledSlice extends SegmentInput {
  readonly slice: Slice;
  readonly frame: PatchFrame;
}

/** Samples the square around the foot of a point on a slice. @throws ImagingError when the slice cannot be decoded. */
export async function sampleSlice(
  { plane, spec: { input } }: SegmenterNetwork,
  slice: Slice,
  centreMm: Point,
): Promise<SampledSlice> {
  const frame = segmentFrame(plane, slice.plane, centreMm, input);
  return { slice, frame, ...(await segmentInput(slice, frame, input)) };
}

/**
 * Outlines the structures on what was sampled of one slice.
 * @throws Error when the network answers with anything but finite numbers.
 */
export async function segmentSlice(
  { spec: { input, output }, runner }: SegmenterNetwork,
  { slice, frame, data, seen }: SampledSlice,
): Promise<OutlinedSlice> {
  const { size } = input;
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
