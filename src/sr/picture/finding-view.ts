import type { Finding } from '../../domain/assessment.ts';
import { inPercent } from '../../domain/in-percent.ts';
import type { Measured } from '../../domain/measurement.ts';
import { shortTargetName } from '../../domain/target.ts';
import type { Slice } from '../../volume/volume.ts';
import { GRADE_FILLS, GRADE_MARKS, UNCERTAIN_MARK } from './grade-table.ts';
import { measuredMarks } from './measured-marks.ts';
import { CAUDAL, LEFT, POSTERIOR, placeInView, ROLE_NAMES, sideLetters, sliceInView } from './slice-view.ts';
import { type Box, type Piece, textAt } from './svg.ts';

/** A finding with the slice on which it was read. */
export interface ShownFinding {
  readonly finding: Finding;
  readonly slice: Slice;
  /** Of its level, on its image. */
  readonly measured: readonly Measured[];
}

/** Width of the region shown around a finding: the canal with both recesses, or a foramen with its neighbours. */
const WIDTH_MM = 64;
/** Below the picture: what the finding is of, and its grade. */
export const CAPTION_HEIGHT = 42;

/** The region of a finding with its place marked, sides lettered, and its grade below. */
export async function findingView({ finding, slice, measured }: ShownFinding, box: Box): Promise<Piece> {
  const { grade } = finding;
  const { role, pointMm } = finding.location!;
  const axial = role === 'axial-t2';
  const directions = axial ? { right: LEFT, down: POSTERIOR } : { right: POSTERIOR, down: CAUDAL };
  const view = { slice, centreMm: pointMm, ...directions, widthMm: WIDTH_MM, ...box };
  const { x, y } = placeInView(view, pointMm);
  const shown = await sliceInView(view);
  const svg = [
    shown.svg,
    // A diameter that stands at the place marks it.
    ...(finding.side === null && measured.length > 0 ? [] : [marker(x, y, GRADE_MARKS[grade])]),
    measuredMarks(view, measured, GRADE_MARKS[grade]),
    axial ? sideLetters(box, 'R', 'L') : sideLetters(box, 'A', 'P'),
    textAt(box.x + 6, box.y + box.height - 8, ROLE_NAMES[role], { size: 12, halo: true }),
    `<rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" fill="none" stroke="${GRADE_MARKS[grade]}" stroke-width="2"/>`,
    caption(finding, box),
  ].join('');
  return { svg, slices: shown.slices, images: [slice.image] };
}

function caption(finding: Finding, { x, y, width, height }: Box): string {
  const { grade, probabilities, uncertain } = finding;
  const words = `${grade}  ${inPercent(probabilities[grade])}${uncertain ? UNCERTAIN_MARK : ''}`;
  return [
    textAt(x, y + height + 16, shortTargetName(finding), { size: 13, bold: true }),
    `<rect x="${x}" y="${y + height + 22}" width="${width}" height="20" rx="3" fill="${GRADE_FILLS[grade]}"/>`,
    textAt(x + width / 2, y + height + 37, words, { size: 13, anchor: 'middle', fill: '#fff' }),
  ].join('');
}

/** A ring and four strokes that leave the place itself free. */
function marker(x: number, y: number, colour: string): string {
  const strokes = [
    [0, -26, 0, -15],
    [0, 15, 0, 26],
    [-26, 0, -15, 0],
    [15, 0, 26, 0],
  ].map(([x1, y1, x2, y2]) => `M${x + x1!} ${y + y1!}L${x + x2!} ${y + y2!}`);
  const path = `<circle cx="${x}" cy="${y}" r="15" fill="none"/><path d="${strokes.join('')}" fill="none"/>`;
  return `<g stroke="#000" stroke-width="4">${path}</g><g stroke="${colour}" stroke-width="2">${path}</g>`;
}
