import { ImagingError } from '../../dicom/imaging-error.ts';
import { along, dot, type Point, subtract, unit } from '../../domain/point.ts';
import type { SeriesRole } from '../../domain/series-role.ts';
import { greyPng } from '../../pixels/grey-png.ts';
import { patientToPixel, planeNormal } from '../../volume/plane-geometry.ts';
import type { Slice } from '../../volume/volume.ts';
import { type Box, type TextStyle, textAt } from './svg.ts';

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
 * The slice in its window as SVG: how the patient lay, how the slice was stored and how far its rows are apart does
 * not show. Black where the slice has no pixels; words where it cannot be decoded.
 * @param id unique in the SVG.
 */
export async function sliceInView(view: SliceView, id: string): Promise<string> {
  const { x, y, width, height } = view;
  const frame = `x="${x}" y="${y}" width="${width}" height="${height}"`;
  const black = `<rect ${frame} fill="#000"/>`;
  const part = partInView(view);
  if (part === null) return black;
  const pixels = await view.slice.pixels().catch(unreadable);
  if (pixels === null) {
    const style: TextStyle = { size: 13, anchor: 'middle' };
    return black + textAt(x + width / 2, y + height / 2, 'image cannot be decoded', style);
  }
  const values = windowed(pixels, view.slice.plane.columns, part);
  const png = Buffer.from(greyPng(values, part.columns, part.rows)).toString('base64');
  return [
    `<clipPath id="${id}"><rect ${frame}/></clipPath>${black}`,
    `<g clip-path="url(#${id})"><image width="${part.columns}" height="${part.rows}" `,
    `transform="matrix(${pixelsToView(view, part)})" href="data:image/png;base64,${png}"/></g>`,
  ].join('');
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

/** The six numbers of the affine map from the part, as an image at the origin, to the picture (SVG 2, 8.5). */
function pixelsToView(view: SliceView, part: Part): string {
  const { plane } = view.slice;
  const { right, down, scale } = axes(view);
  const across = (direction: Point, spacingMm: number) => [
    scale * spacingMm * dot(direction, right),
    scale * spacingMm * dot(direction, down),
  ];
  // The image's corner is half a pixel before the centre of its first pixel.
  const onFirstRow = along(plane.originMm, plane.rowDirection, (part.column - 0.5) * plane.columnSpacingMm);
  const corner = placeInView(
    view,
    along(onFirstRow, plane.columnDirection, (part.row - 0.5) * plane.rowSpacingMm),
  );
  return [
    ...across(plane.rowDirection, plane.columnSpacingMm),
    ...across(plane.columnDirection, plane.rowSpacingMm),
    corner.x,
    corner.y,
  ]
    .map((value) => value.toFixed(4))
    .join(' ');
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
  const sorted = values.filter((_, index) => index % STRIDE === 0).sort();
  const low = sorted[Math.floor(DARK * (sorted.length - 1))]!;
  const range = sorted[Math.floor(BRIGHT * (sorted.length - 1))]! - low || 1;
  return values.map((value) => (value - low) / range);
}

/** The patient's sides of a picture, in its upper corners. */
export function sideLetters(box: Box, left: string, right: string): string {
  const style: TextStyle = { size: 14, bold: true, halo: true };
  return [
    textAt(box.x + 6, box.y + 18, left, style),
    textAt(box.x + box.width - 6, box.y + 18, right, { ...style, anchor: 'end' }),
  ].join('');
}
