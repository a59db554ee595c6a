import type { LossyCompression } from '../dicom/image/lossy-compression.ts';
import type { ImageReference } from '../domain/image-reference.ts';
import type { Point } from '../domain/point.ts';
import type { SeriesRole } from '../domain/series-role.ts';

/**
 * Where a matrix of pixels lies in the patient (PS3.3 C.7.6.2.1.1).
 * Pixel (column c, row r) has its centre at origin + rowDirection·c·columnSpacingMm + columnDirection·r·rowSpacingMm.
 */
export interface SlicePlane {
  /** ImagePositionPatient: centre of the first pixel. */
  readonly originMm: Point;
  /** First triplet of ImageOrientationPatient: the way columns increase. Unit length. */
  readonly rowDirection: Point;
  /** Second triplet of ImageOrientationPatient: the way rows increase. Unit length. */
  readonly columnDirection: Point;
  /** PixelSpacing[0]: distance between the centres of adjacent rows. */
  readonly rowSpacingMm: number;
  /** PixelSpacing[1]: distance between the centres of adjacent columns. */
  readonly columnSpacingMm: number;
  readonly rows: number;
  readonly columns: number;
}

export interface Slice {
  readonly plane: SlicePlane;
  readonly image: ImageReference;
  /** SliceThickness; absent where the image does not say. */
  readonly thicknessMm?: number;
  /** Absent where the pixels were never compressed with loss. */
  readonly lossy?: LossyCompression;
  /**
   * rows × columns values after rescale, row-major; MONOCHROME1 inverted so that bright is bright. Made when first
   * asked for, then kept.
   * @throws ImagingError when the image cannot be decoded.
   */
  readonly pixels: () => Promise<Float32Array>;
  /**
   * Gives the memory of the pixels back: neither they nor another frame of the same object are asked for again. Absent
   * where the memory is not the slice's own.
   */
  readonly letGo?: () => void;
}

/**
 * Slices of one role that share a frame of reference, ordered by position along the normal of their stack.
 * Slices of one volume may differ in orientation (several oblique stacks), matrix and spacing.
 */
export interface Volume {
  readonly role: SeriesRole;
  readonly frameOfReferenceUid: string | null;
  readonly slices: readonly Slice[];
}

/** The volumes of one study, in the roles they play. */
export type Volumes = Readonly<Partial<Record<SeriesRole, Volume>>>;

/** Gives the memory of all pixels of one study back. */
export function letGo(volumes: Volumes): void {
  for (const { slices } of Object.values(volumes)) for (const slice of slices) slice.letGo?.();
}
