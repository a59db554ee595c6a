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

/**
 * Outlines the anatomy on the slices that each level is measured on: the sagittal one nearest to its canal, often the
 * same for several, and the axial one through its disc. Null where the pack has no segmenter.
 * @throws ImagingError when a slice cannot be decoded; Error when a network answers with anything but finite numbers.
 */
export async function segment(
  { segmenters }: Pick<ModelPack, 'segmenters'>,
  volumes: Volumes,
  levels: readonly LocalisedLevel[],
): Promise<OutlinedLevels | null> {
  const [sagittal, axial] = (['sagittal', 'axial'] as const).map((plane) =>
    segmenters.find((network) => network.plane === plane),
  );
  if (sagittal === undefined) return null;
  const middle = spineMiddle(levels);
  const along = volumes[sagittal.spec.input.role];
  const across = axial && volumes[axial.spec.input.role];
  const none = (reason: WhyUnmeasured) => levels.map(() => reason);
  const [bySagittal, byAxial] = await Promise.all([
    along
      ? outlined(sagittal, sagittalSlices(along, levels), () => middle, 'level-out-of-view')
      : none('level-out-of-view'),
    axial && across
      ? outlined(axial, axialSlices(across, levels), (i) => levels[i]!.canalMm, 'axial-misses-disc')
      : none('no-axial-slices'),
  ]);
  return { sagittal: bySagittal, axial: byAxial };
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
