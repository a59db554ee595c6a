import {
  type AnatomicalPlane,
  headFeetExtentMm,
  medianSliceSpacingMm,
  type PlacedHeader,
  sliceGaps,
} from '../volume/stack-geometry.ts';

/** Figures are held to these limits as they are written, so that noise behind the last digit decides nothing. */
const rounded = (value: number, digits: number) => Number(value.toFixed(digits));
/** Below these a series is a localiser or a fragment. */
const MIN_SLICES: Readonly<Record<AnatomicalPlane, number>> = { sagittal: 7, coronal: 7, axial: 3 };
const MAX_SLICE_SPACING_MM = 8;
const MAX_PIXEL_SPACING_MM = 1.5;
/** L1 to S1 is about 180 mm in a small adult. */
const MIN_SAGITTAL_EXTENT_MM = 150;

/** Why images of one plane cannot have its role, in words; null when they can. */
export function stackShortcoming(headers: readonly PlacedHeader[], plane: AnatomicalPlane): string | null {
  if (headers.length < MIN_SLICES[plane]) {
    return `${headers.length} slices are too few (at least ${MIN_SLICES[plane]})`;
  }
  const spacing = medianSliceSpacingMm(headers);
  if (spacing !== null && rounded(spacing, 1) > MAX_SLICE_SPACING_MM) {
    return `slices ${spacing.toFixed(1)} mm apart are too far (at most ${MAX_SLICE_SPACING_MM} mm)`;
  }
  const pixelSpacing = Math.max(...headers[0]!.pixelSpacingMm);
  if (rounded(pixelSpacing, 2) > MAX_PIXEL_SPACING_MM) {
    return `pixels of ${pixelSpacing.toFixed(2)} mm are too coarse (at most ${MAX_PIXEL_SPACING_MM} mm)`;
  }
  const extent = headFeetExtentMm(headers[0]!);
  if (plane === 'sagittal' && rounded(extent, 0) < MIN_SAGITTAL_EXTENT_MM) {
    return `${extent.toFixed(0)} mm from head to feet do not cover the lumbar spine (at least ${MIN_SAGITTAL_EXTENT_MM} mm)`;
  }
  return null;
}

/** Plane, number, spacing and pixels of a set of images, in words. */
export function describeStack(headers: readonly PlacedHeader[], plane: AnatomicalPlane): string {
  const spacing = medianSliceSpacingMm(headers);
  const apart = spacing === null ? '' : `, ${spacing.toFixed(1)} mm apart`;
  return `${plane} by orientation, ${headers.length} slices${apart}, pixels of ${Math.max(...headers[0]!.pixelSpacingMm).toFixed(2)} mm`;
}

/** Where slices are missing, in words; see sliceGaps. */
export function describeGaps(headers: readonly PlacedHeader[], plane: AnatomicalPlane): string[] {
  return sliceGaps(headers, plane).map(
    ({ missing, widthMm, spacingMm }) =>
      `${missing === 1 ? '1 slice is' : `${missing} slices are`} missing: a gap of ${widthMm.toFixed(1)} mm where slices lie ${spacingMm.toFixed(1)} mm apart`,
  );
}
