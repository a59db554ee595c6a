import { setImmediate as nextTurn } from 'node:timers/promises';
import { imageKey } from '../../dicom/image/image-header.ts';
import type { LossyCompression } from '../../dicom/image/lossy-compression.ts';
import type { GradedStudy, LocalisedLevel } from '../../domain/assessment.ts';
import type { ImageReference } from '../../domain/image-reference.ts';
import { isMeasured } from '../../domain/measurement.ts';
import { dot, subtract } from '../../domain/point.ts';
import type { OutlinedLevels, OutlinedSlice } from '../../measure/outlined-slice.ts';
import { planeNormal } from '../../volume/plane-geometry.ts';
import type { Slice, SlicePlane, Volumes } from '../../volume/volume.ts';
import { labelSlice } from './label-slice.ts';
import { expectedBodies, expectedDiscs, nameParts } from './name-parts.ts';

/** The series that are segmented, each in an object of its own. */
export const SEGMENTED_PLANES = ['sagittal', 'axial'] as const;
export type SegmentedPlane = (typeof SEGMENTED_PLANES)[number];

/** A slice with the segment of each of its pixels. */
export interface SegmentedSlice {
  readonly image: ImageReference;
  readonly plane: SlicePlane;
  /** Null where neither the image says it nor another one lies beside it. */
  readonly thicknessMm: number | null;
  /** Of the image. */
  readonly lossy?: LossyCompression;
  /** SEGMENT_VALUE of each pixel, 0 for none; rows × columns. */
  readonly segments: Uint8Array;
}

/** Slices of one series, frame of reference, matrix, pixel spacing and thickness, in the order of their positions. */
export interface SegmentedSeries {
  readonly of: SegmentedPlane;
  readonly frameOfReferenceUid: string;
  readonly slices: readonly [SegmentedSlice, ...SegmentedSlice[]];
}

/**
 * The planes of a graded study that are segmented: something is measured in them, on an image with a frame of reference.
 * None where the pack outlines nothing.
 */
export function segmentedPlanes({
  measurements = [],
}: Pick<GradedStudy, 'measurements'>): readonly SegmentedPlane[] {
  const measured = measurements.filter(isMeasured).filter(({ image }) => image.frameOfReferenceUid !== null);
  return SEGMENTED_PLANES.filter((plane) =>
    measured.some(({ measure }) => (measure === 'sac-area') === (plane === 'axial')),
  );
}

/**
 * The outlines that levels were measured on, in the pixels of their images, of some planes. Where a
 * series mixes matrices, pixel spacings or thicknesses, slices of the most frequent one: the frames of an object share them.
 */
export async function segmentedSeries(
  planes: readonly SegmentedPlane[],
  levels: readonly LocalisedLevel[],
  outlines: OutlinedLevels,
  volumes: Volumes,
): Promise<readonly SegmentedSeries[]> {
  const series: SegmentedSeries[] = [];
  for (const of of planes) {
    const slices = await segmentedSlices(of, levels, outlines[of], volumes);
    const [first, ...others] = ordered(mostOfOneMatrix(slices));
    const frameOfReferenceUid = first?.image.frameOfReferenceUid ?? null;
    if (first === undefined || frameOfReferenceUid === null) continue;
    series.push({ of, frameOfReferenceUid, slices: [first, ...others] });
  }
  return series;
}

async function segmentedSlices(
  of: SegmentedPlane,
  levels: readonly LocalisedLevel[],
  outlined: OutlinedLevels[SegmentedPlane],
  volumes: Volumes,
): Promise<readonly SegmentedSlice[]> {
  // The same slice may be outlined for several levels, in one square or in several.
  const read = new Map<string, Map<OutlinedSlice, LocalisedLevel[]>>();
  for (const [i, outline] of outlined.entries()) {
    if (typeof outline === 'string') continue;
    const key = imageKey(outline.image);
    const squares = read.get(key) ?? new Map<OutlinedSlice, LocalisedLevel[]>();
    read.set(key, squares.set(outline, [...(squares.get(outline) ?? []), levels[i]!]));
  }
  const slices: SegmentedSlice[] = [];
  for (const [key, squares] of read) {
    const { role } = squares.keys().next().value!;
    const slice = volumes[role]?.slices.find(({ image }) => imageKey(image) === key);
    if (slice === undefined) continue;
    const { image, plane, lossy } = slice;
    const thicknessMm = slice.thicknessMm ?? toNextMm(slice, volumes[role]!.slices);
    const segments = new Uint8Array(plane.rows * plane.columns);
    for (const [square, its] of squares) {
      const named =
        of === 'sagittal'
          ? nameParts(labelSlice(plane, square), plane, expectedDiscs(levels), expectedBodies(levels))
          : nameParts(labelSlice(plane, square), plane, expectedDiscs(its), []);
      named.forEach((value, at) => {
        segments[at] ||= value;
      });
      // Arithmetic alone: other work gets its turn.
      await nextTurn();
    }
    if (segments.some((value) => value !== 0)) {
      slices.push({ image, plane, thicknessMm, ...(lossy && { lossy }), segments });
    }
  }
  return slices;
}

function mostOfOneMatrix(slices: readonly SegmentedSlice[]): readonly SegmentedSlice[] {
  const alike = Map.groupBy(slices, ({ plane, thicknessMm }) =>
    [plane.rows, plane.columns, plane.rowSpacingMm, plane.columnSpacingMm, thicknessMm].join(),
  );
  return [...alike.values()].toSorted((a, b) => b.length - a.length)[0] ?? [];
}

/** From a slice's middle to the next one's: as thick as it is taken for where nobody says. */
function toNextMm({ plane }: Slice, slices: readonly Slice[]): number | null {
  const { originMm } = plane;
  const normal = planeNormal(plane);
  const away = slices
    .map((other) => Math.abs(dot(subtract(other.plane.originMm, originMm), normal)))
    .filter((mm) => mm > 0.1);
  return away.length === 0 ? null : Math.min(...away);
}

/** Along the normal of the first one's plane. */
function ordered(slices: readonly SegmentedSlice[]): readonly SegmentedSlice[] {
  if (slices.length === 0) return [];
  const normal = planeNormal(slices[0]!.plane);
  return slices.toSorted((a, b) => dot(a.plane.originMm, normal) - dot(b.plane.originMm, normal));
}
