import type { AnatomicalPlane } from '../domain/anatomical-plane.ts';
import { type SeriesRemark, seriesRemark } from '../domain/series-remark.ts';
import { headFeetExtentMm, medianSliceSpacingMm, type PlacedHeader } from '../volume/stack-geometry.ts';

/** Figures are held to these limits as they are written, so that noise behind the last digit decides nothing. */
const rounded = (value: number, digits: number) => Number(value.toFixed(digits));
/** Below these a series is a localiser or a fragment. */
const MIN_SLICES: Readonly<Record<AnatomicalPlane, number>> = { sagittal: 7, coronal: 7, axial: 3 };
const MAX_SLICE_SPACING_MM = 8;
const MAX_PIXEL_SPACING_MM = 1.5;
/** L1 to S1 is about 180 mm in a small adult. */
const MIN_SAGITTAL_EXTENT_MM = 150;

/** Why images of one plane cannot have its role; null when they can. */
export function stackShortcoming(
  headers: readonly PlacedHeader[],
  plane: AnatomicalPlane,
): SeriesRemark | null {
  const slices = headers.length;
  const atLeast = MIN_SLICES[plane];
  if (slices < atLeast) return seriesRemark('too-few-slices', { plane, slices, atLeast });
  const spacingMm = medianSliceSpacingMm(headers);
  if (spacingMm !== null && rounded(spacingMm, 1) > MAX_SLICE_SPACING_MM) {
    return seriesRemark('slices-too-far', { plane, spacingMm, atMostMm: MAX_SLICE_SPACING_MM });
  }
  const pixelMm = coarserSpacingMm(headers);
  if (rounded(pixelMm, 2) > MAX_PIXEL_SPACING_MM) {
    return seriesRemark('pixels-too-coarse', { plane, pixelMm, atMostMm: MAX_PIXEL_SPACING_MM });
  }
  const extentMm = headFeetExtentMm(headers[0]!);
  if (plane === 'sagittal' && rounded(extentMm, 0) < MIN_SAGITTAL_EXTENT_MM) {
    return seriesRemark('field-too-small', { plane, extentMm, atLeastMm: MIN_SAGITTAL_EXTENT_MM });
  }
  return null;
}

/** Plane, number, spacing and pixels of a set of images. */
export function describeStack(headers: readonly PlacedHeader[], plane: AnatomicalPlane): SeriesRemark {
  return seriesRemark('stack', {
    plane,
    slices: headers.length,
    spacingMm: medianSliceSpacingMm(headers),
    pixelMm: coarserSpacingMm(headers),
  });
}

/** The coarser of the two in-plane spacings. */
export function coarserSpacingMm(headers: readonly PlacedHeader[]): number {
  return Math.max(...headers[0]!.pixelSpacingMm);
}
