import { along, cross, dot, negate, type Point, subtract } from '../../domain/point.ts';
import type { SlicePlane } from '../../volume/volume.ts';
import type { PatchSpec } from '../pack/patch-spec.ts';
import type { LevelFrame } from './level-frame.ts';
import { inPlane, leftNormal } from './plane-axes.ts';
import type { SidedView } from './sided-view.ts';

/** The square that a view asks of a plane; `frame` as seen from the view. */
export function patchFrame(
  view: SidedView,
  plane: SlicePlane,
  frame: LevelFrame,
  { size, mmPerPixel }: Omit<PatchSpec, 'name'>,
): PatchFrame {
  const normal = leftNormal(plane);
  if (view.plane === 'axial') {
    const left = inPlane([1, 0, 0], normal);
    const columnDirection: Point = view.side === 'right' ? negate(left) : left;
    return {
      centreMm: frame.canalMm,
      columnDirection,
      rowDirection: inPlane([0, 1, 0], normal),
      size,
      mmPerPixel,
    };
  }
  const rowDirection = inPlane(frame.caudal, normal);
  const across = cross(rowDirection, normal);
  const columnDirection: Point = across[1] < 0 ? negate(across) : across;
  return { centreMm: frame.canalMm, columnDirection, rowDirection, size, mmPerPixel };
}

/** A square of patient space: its middle and the unit vectors along which its columns and rows run. */
export interface PatchFrame {
  readonly centreMm: Point;
  readonly columnDirection: Point;
  readonly rowDirection: Point;
  readonly size: number;
  readonly mmPerPixel: number;
}

/** Column and row of a patient point in the patch's pixels; the point is projected along the patch's normal. */
export function pixelOnPatch(frame: PatchFrame, point: Point): { column: number; row: number } {
  const relative = subtract(point, frame.centreMm);
  const half = (frame.size - 1) / 2;
  return {
    column: dot(relative, frame.columnDirection) / frame.mmPerPixel + half,
    row: dot(relative, frame.rowDirection) / frame.mmPerPixel + half,
  };
}

/** The patient point at a pixel of a map that covers the patch, its pixels `mmPerPixel` wide. */
export function pointOnMap(
  frame: PatchFrame,
  { column, row }: { readonly column: number; readonly row: number },
  map: { readonly width: number; readonly height: number; readonly mmPerPixel: number },
): Point {
  const u = (column - (map.width - 1) / 2) * map.mmPerPixel;
  const v = (row - (map.height - 1) / 2) * map.mmPerPixel;
  return along(along(frame.centreMm, frame.columnDirection, u), frame.rowDirection, v);
}
