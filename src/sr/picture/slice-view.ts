import { ImagingError } from '../../dicom/imaging-error.ts';
import { nthSmallest } from '../../domain/nth-smallest.ts';
import { along, dot, type Point, subtract, unit } from '../../domain/point.ts';
import type { SeriesRole } from '../../domain/series-role.ts';
import { patientToPixel, planeNormal } from '../../volume/plane-geometry.ts';
import type { Slice } from '../../volume/volume.ts';
import { type Box, type Piece, type RgbImage, type TextStyle, textAt } from './svg.ts';

export const ROLE_NAMES: Readonly<Record<SeriesRole, string>> = {
  'sagittal-t1': 'sagittal T1',
  'sagittal-t2': 'sagittal T2',
  'axial-t2': 'axial T2',
};
export const POSTERIOR: Point = [0, 1, 0];
export const LEFT: Point = [1, 0, 0];
export const CAUDAL: Point = [0, 0, -1];

/** A window on a slice: what of the patient it shows, and where on the picture. */
export interface SliceView extends Box {
  readonly slice: Slice;
  readonly centreMm: Point;
  /** Patient directions that run to the right and down the picture; brought into the slice's plane here. */
  readonly right: Point;
  readonly down: Point;
  readonly widthMm: number;
}

/** The grey values that become black and white, as shares of the values shown. */
const [DARK, BRIGHT] = [0.01, 0.995];
/** Every so many-th value is enough to place them. */
const STRIDE = 5;

/** Pixels of the picture where a point of the patient, projected onto the slice, appears; it may lie outside. */
export function placeInView(view: SliceView, pointMm: Point): { readonly x: number; readonly y: number } {
  const { right, down, scale } = axes(view);
  const from = subtract(pointMm, view.centreMm);
  return {
    x: view.x + view.width / 2 + scale * dot(from, right),
    y: view.y + view.height / 2 + scale * dot(from, down),
  };
}

/**
 * The slice in its window: how the patient lay, how the slice was stored and how far its rows are apart does not show.
 * Black where the slice has no pixels; words where it cannot be decoded.
 */
export async function sliceInView(view: SliceView): Promise<Omit<Piece, 'images'>> {
  const { x, y, width, height } = view;
  const black = `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="#000"/>`;
  const part = partInView(view);
  if (part === null) return { svg: black, slices: [] };
  const pixels = await view.slice.pixels().catch(unreadable);
  if (pixels === null) {
    const style: TextStyle = { size: 13, anchor: 'middle' };
    const words = textAt(x + width / 2, y + height / 2, 'image cannot be decoded', style);
    return { svg: black + words, slices: [] };
  }
  const values = windowed(pixels, view.slice.plane.columns, part);
  return { svg: '', slices: [{ paint: (into) => paintPart(into, view, part, values) }] };
}

/** An image no network asked for may turn out unreadable only here: the summary goes without it. */
function unreadable(cause: unknown): null {
  if (cause instanceof ImagingError) return null;
  throw cause;
}

/** A block of a slice's pixels. */
interface Part {
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly rows: number;
}

/** Bilinear between the centres of pixels; black beyond the slice. Pixels of the picture are taken at their centres. */
function paintPart(into: RgbImage, view: SliceView, part: Part, values: Float32Array): void {
  const at = viewToPart(view, part);
  const { columns, rows } = part;
  const right = Math.min(into.width, Math.round(view.x + view.width));
  const bottom = Math.min(into.height, Math.round(view.y + view.height));
  for (let y = Math.max(0, Math.round(view.y)); y < bottom; y++) {
    for (let x = Math.max(0, Math.round(view.x)); x < right; x++) {
      const column = at.column + at.columnByX * (x + 0.5) + at.columnByY * (y + 0.5);
      const row = at.row + at.rowByX * (x + 0.5) + at.rowByY * (y + 0.5);
      const grey = greyAt(values, columns, rows, column, row);
      const to = 3 * (y * into.width + x);
      into.samples[to] = grey;
      into.samples[to + 1] = grey;
      into.samples[to + 2] = grey;
    }
  }
}

function greyAt(values: Float32Array, columns: number, rows: number, column: number, row: number): number {
  // A pixel reaches half a pixel beyond its centre.
  if (column < -0.5 || row < -0.5 || column > columns - 0.5 || row > rows - 0.5) return 0;
  const c = Math.min(columns - 1, Math.max(0, column));
  const r = Math.min(rows - 1, Math.max(0, row));
  const c0 = Math.floor(c);
  const r0 = Math.floor(r);
  const c1 = Math.min(columns - 1, c0 + 1);
  const r1 = Math.min(rows - 1, r0 + 1);
  const above = values[r0 * columns + c0]! * (c0 + 1 - c) + values[r0 * columns + c1]! * (c - c0);
  const below = values[r1 * columns + c0]! * (c0 + 1 - c) + values[r1 * columns + c1]! * (c - c0);
  const value = above * (r0 + 1 - r) + below * (r - r0);
  return value <= 0 ? 0 : value >= 1 ? 255 : Math.round(255 * value);
}

/** The affine map from the picture to the part: its column and row at the picture's corner, and what a step adds. */
function viewToPart(view: SliceView, part: Part) {
  const { plane } = view.slice;
  const { right, down, scale } = axes(view);
  const centre = patientToPixel(plane, view.centreMm);
  const columnByX = dot(right, plane.rowDirection) / (plane.columnSpacingMm * scale);
  const columnByY = dot(down, plane.rowDirection) / (plane.columnSpacingMm * scale);
  const rowByX = dot(right, plane.columnDirection) / (plane.rowSpacingMm * scale);
  const rowByY = dot(down, plane.columnDirection) / (plane.rowSpacingMm * scale);
  const [x, y] = [view.x + view.width / 2, view.y + view.height / 2];
  return {
    ...{ columnByX, columnByY, rowByX, rowByY },
    column: centre.column - part.column - columnByX * x - columnByY * y,
    row: centre.row - part.row - rowByX * x - rowByY * y,
  };
}

function axes(view: SliceView) {
  const normal = planeNormal(view.slice.plane);
  const inPlane = (direction: Point) => unit(along(direction, normal, -dot(direction, normal)));
  return { right: inPlane(view.right), down: inPlane(view.down), scale: view.width / view.widthMm };
}

/** The pixels that the window can show; null when it misses the slice. */
function partInView(view: SliceView): Part | null {
  const { plane } = view.slice;
  const { right, down } = axes(view);
  const reachMm = [view.widthMm / 2, ((view.widthMm / view.width) * view.height) / 2] as const;
  const corners = [-1, 1].flatMap((h) =>
    [-1, 1].map((v) =>
      patientToPixel(plane, along(along(view.centreMm, right, h * reachMm[0]), down, v * reachMm[1])),
    ),
  );
  const span = (values: readonly number[], size: number) => {
    const first = Math.max(0, Math.floor(Math.min(...values)) - 1);
    const last = Math.min(size - 1, Math.ceil(Math.max(...values)) + 1);
    return { first, count: last - first + 1 };
  };
  const horizontal = span(
    corners.map(({ column }) => column),
    plane.columns,
  );
  const vertical = span(
    corners.map(({ row }) => row),
    plane.rows,
  );
  if (horizontal.count < 1 || vertical.count < 1) return null;
  return { column: horizontal.first, row: vertical.first, columns: horizontal.count, rows: vertical.count };
}

/** The part's values, the dark and the bright ends of them at 0 and 1. */
function windowed(pixels: Float32Array, columns: number, part: Part): Float32Array {
  const values = new Float32Array(part.columns * part.rows);
  for (let row = 0; row < part.rows; row++) {
    const from = (part.row + row) * columns + part.column;
    values.set(pixels.subarray(from, from + part.columns), row * part.columns);
  }
  const some = new Float32Array(Math.ceil(values.length / STRIDE));
  for (let index = 0; index < some.length; index++) some[index] = values[index * STRIDE]!;
  const last = some.length - 1;
  const low = nthSmallest(some, Math.floor(DARK * last));
  const range = nthSmallest(some, Math.floor(BRIGHT * last)) - low || 1;
  for (let index = 0; index < values.length; index++) values[index] = (values[index]! - low) / range;
  return values;
}

/** The patient's sides of a picture, in its upper corners. */
export function sideLetters(box: Box, left: string, right: string): string {
  const style: TextStyle = { size: 14, bold: true, halo: true };
  return [
    textAt(box.x + 6, box.y + 18, left, style),
    textAt(box.x + box.width - 6, box.y + 18, right, { ...style, anchor: 'end' }),
  ].join('');
}
