import type { Contour } from '../../domain/contour.ts';
import type { Level } from '../../domain/level.ts';
import type { Measured } from '../../domain/measurement.ts';
import { midpoint, type Point } from '../../domain/point.ts';
import type { Slice } from '../../volume/volume.ts';
import { contourKey, contourMarks } from './contour-marks.ts';
import { MEASURE_COLOUR, measuredInWords, measuredMarks } from './measured-marks.ts';
import type { Picture } from './render-picture.ts';
import { CAUDAL, LEFT, POSTERIOR, ROLE_NAMES, sideLetters, sliceInView } from './slice-view.ts';
import { BACKGROUND, UNVERIFIED_STATEMENT } from './summary-image.ts';
import { textAt } from './svg.ts';

/** What was measured of a level on one slice, and what was outlined to measure it. */
export interface ShownMeasures {
  readonly level: Level;
  readonly slice: Slice;
  /** One at least. */
  readonly measured: readonly Measured[];
  /** None where they are not to be shown. */
  readonly contours: readonly Contour[];
}

const MARGIN = 16;
const SIZE = 480;
/** The segment with half a vertebra on both sides, or the canal with what is around it. */
const WIDTH_MM = { sagittal: 90, axial: 64 } as const;

/** A slice with the lengths and areas of one level, 512 × 588. */
export async function measuredImage({ level, slice, measured, contours }: ShownMeasures): Promise<Picture> {
  const [{ role }] = measured as readonly [Measured];
  const axial = role === 'axial-t2';
  const box = { x: MARGIN, y: MARGIN, width: SIZE, height: SIZE };
  const view = {
    slice,
    centreMm: middleOf(measured.flatMap(({ pointsMm }) => pointsMm)),
    ...(axial ? { right: LEFT, down: POSTERIOR } : { right: POSTERIOR, down: CAUDAL }),
    widthMm: axial ? WIDTH_MM.axial : WIDTH_MM.sagittal,
    ...box,
  };
  const shown = await sliceInView(view);
  const told = measured.map((each) => `${SHORT_WORDS[each.measure]} ${measuredInWords(each)}`).join(' · ');
  const height = SIZE + MARGIN + 92;
  const svg = [
    shown.svg,
    // Lines reach beyond the window.
    `<clipPath id="window"><rect x="${box.x}" y="${box.y}" width="${SIZE}" height="${SIZE}"/></clipPath>`,
    `<g clip-path="url(#window)">${contourMarks(view, contours)}${measuredMarks(view, measured, MEASURE_COLOUR)}</g>`,
    axial ? sideLetters(box, 'R', 'L') : sideLetters(box, 'A', 'P'),
    textAt(MARGIN + 6, MARGIN + SIZE - 8, ROLE_NAMES[role], { size: 12, halo: true }),
    textAt(MARGIN, MARGIN + SIZE + 22, level, { size: 15, bold: true }),
    textAt(MARGIN + 62, MARGIN + SIZE + 22, told, { size: 13 }),
    contourKey(MARGIN, MARGIN + SIZE + 46, contours),
    textAt(MARGIN, height - MARGIN, UNVERIFIED_STATEMENT, { size: 13, fill: '#ffc24d' }),
  ].join('');
  return { width: SIZE + 2 * MARGIN, height, background: BACKGROUND, slices: shown.slices, svg };
}

/** Four of them fit one line. */
const SHORT_WORDS: Readonly<Record<Measured['measure'], string>> = {
  'canal-diameter': 'canal',
  'sac-diameter': 'dural sac',
  'sac-area': 'dural sac, cross-section',
  'disc-height': 'disc',
  slip: 'slip',
};

/** Half way between the outermost. */
function middleOf(points: readonly Point[]): Point {
  const [least, most] = [Math.min, Math.max].map((of) =>
    [0, 1, 2].map((axis) => of(...points.map((point) => point[axis]!))),
  ) as unknown as [Point, Point];
  return midpoint(least, most);
}
