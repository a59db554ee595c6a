import type { ImageHeader } from '../dicom/image/image-header.ts';
import { ImagingError } from '../dicom/imaging-error.ts';
import { along, dot, length, type Point, unit } from '../domain/point.ts';
import type { SlicePlane } from './volume.ts';

/** Rounded text values are off by this little; more is a broken header. */
const DIRECTION_TOLERANCE = 1e-2;

/**
 * The plane of an image. Directions are brought to exactly unit length and right angles, which they are but for
 * the rounding of their text (PS3.3 C.7.6.2.1.1).
 * @throws ImagingError naming the attribute that is missing or that describes no orthogonal plane.
 */
export function slicePlane(header: ImageHeader): SlicePlane {
  const refuse = (problem: string, tag: string): never => {
    throw new ImagingError(problem, { sopInstanceUid: header.sopInstanceUid, tag });
  };
  const originMm = header.imagePositionMm ?? refuse('ImagePositionPatient is missing', '(0020,0032)');
  const row = header.rowDirection ?? refuse('ImageOrientationPatient is missing', '(0020,0037)');
  const column = header.columnDirection ?? refuse('ImageOrientationPatient is missing', '(0020,0037)');
  const spacing = header.pixelSpacingMm ?? refuse('PixelSpacing is missing or not positive', '(0028,0030)');
  if (!isOrthonormal(row, column)) {
    refuse('ImageOrientationPatient is not two unit vectors at right angles', '(0020,0037)');
  }
  const rowDirection = unit(row);
  return {
    originMm,
    rowDirection,
    columnDirection: unit(along(column, rowDirection, -dot(column, rowDirection))),
    rowSpacingMm: spacing[0],
    columnSpacingMm: spacing[1],
    rows: header.rows,
    columns: header.columns,
  };
}

/** Whether two directions have unit length and stand at right angles, within the rounding of their text. */
export function isOrthonormal(a: Point, b: Point): boolean {
  const isUnit = (direction: Point) => Math.abs(length(direction) - 1) <= DIRECTION_TOLERANCE;
  return isUnit(a) && isUnit(b) && Math.abs(dot(a, b)) <= DIRECTION_TOLERANCE;
}
