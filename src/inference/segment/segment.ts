import type { LocalisedLevel } from '../../domain/assessment.ts';
import type { WhyUnmeasured } from '../../domain/measurement.ts';
import type { Point } from '../../domain/point.ts';
import type { OutlinedLevels, OutlinedSlice } from '../../measure/outlined-slice.ts';
import { preparedInTurns } from '../../process/prepared-in-turns.ts';
import type { Slice, Volumes } from '../../volume/volume.ts';
import type { ModelPack } from '../pack/model-pack.ts';
import { axialSlices, sagittalSlices } from './measured-slices.ts';
import { spineMiddle } from './segment-frame.ts';
import { type SegmenterNetwork, sampleSlice, segmentSlice } from './segment-slice.ts';

type Segmenters = Pick<ModelPack, 'segmenters'>;

/**
 * Outlines the anatomy on the slices that each level is measured on: the sagittal one nearest to its canal, often the
 * same for several, and the axial one through its disc. Null where the pack has no segmenter.
 * @throws ImagingError when a slice cannot be decoded; Error when a network answers with anything but finite numbers.
 */
export async function segment(
  pack: Segmenters,
  volumes: Volumes,
  levels: readonly LocalisedLevel[],
): Promise<OutlinedLevels | null> {
  const [sagittal, axial] = await Promise.all([
    segmentSagittal(pack, volumes, levels),
    segmentAxial(pack, volumes, levels),
  ]);
  return sagittal && { sagittal, axial };
}

/** The sagittal slices alone; the middles of the discs play no part. */
export async function segmentSagittal(
  { segmenters }: Segmenters,
  volumes: Volumes,
  levels: readonly LocalisedLevel[],
): Promise<OutlinedLevels['sagittal'] | null> {
  const network = segmenters.find(({ plane }) => plane === 'sagittal');
  if (network === undefined) return null;
  const volume = volumes[network.spec.input.role];
  if (volume === undefined) return levels.map(() => 'level-out-of-view');
  const middle = spineMiddle(levels);
  return outlined(network, sagittalSlices(volume, levels), () => middle, 'level-out-of-view');
}

/** The axial slices alone. */
export async function segmentAxial(
  { segmenters }: Segmenters,
  volumes: Volumes,
  levels: readonly LocalisedLevel[],
): Promise<OutlinedLevels['axial']> {
  const network = segmenters.find(({ plane }) => plane === 'axial');
  const volume = network && volumes[network.spec.input.role];
  if (network === undefined || volume === undefined) return levels.map(() => 'no-axial-slices');
  return outlined(network, axialSlices(volume, levels), (i) => levels[i]!.canalMm, 'axial-misses-disc');
}

/** Each slice once, whichever levels it is read for. */
async function outlined(
  network: SegmenterNetwork,
  slices: readonly (Slice | null)[],
  centreOf: (i: number) => Point,
  without: WhyUnmeasured,
): Promise<readonly (OutlinedSlice | WhyUnmeasured)[]> {
  const keyOf = (slice: Slice, i: number) =>
    [slice.image.sopInstanceUid, slice.image.frameNumber, ...centreOf(i)].join(' ');
  const different = new Map(
    slices.flatMap((slice, i) => (slice ? [[keyOf(slice, i), { slice, centre: centreOf(i) }] as const] : [])),
  );
  const outlines = await preparedInTurns(
    [...different.values()],
    ({ slice, centre }) => sampleSlice(network, slice, centre),
    (sampled) => segmentSlice(network, sampled),
  );
  const byKey = new Map(Array.from(different.keys(), (key, k) => [key, outlines[k]!]));
  return slices.map((slice, i) => (slice ? byKey.get(keyOf(slice, i))! : without));
}
