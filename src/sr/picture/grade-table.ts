import type { Finding } from '../../domain/assessment.ts';
import type { Grade } from '../../domain/grade.ts';
import { inPercent } from '../../domain/in-percent.ts';
import { LEVELS } from '../../domain/level.ts';
import { LEVEL_TARGETS, targetKey } from '../../domain/target.ts';
import { type Box, textAt } from './svg.ts';

/** Backgrounds on which white text reads well, and which differ in lightness too. */
export const GRADE_FILLS: Readonly<Record<Grade, string>> = {
  'Normal/Mild': '#1d4f3b',
  Moderate: '#9a6400',
  Severe: '#b3201a',
};
/** For marks on an image, where those would be too dark. */
export const GRADE_MARKS: Readonly<Record<Grade, string>> = {
  'Normal/Mild': '#3ecf8e',
  Moderate: '#ffb020',
  Severe: '#ff4d42',
};
const NOT_GRADED_FILL = '#2a2d33';
/** Behind a probability; the key of the table says what it means. */
export const UNCERTAIN_MARK = '  ?';

/** In the order of LEVEL_TARGETS. */
const HEADINGS: readonly (readonly [string, string])[] = [
  ['Spinal', 'canal'],
  ['Foramen', 'left'],
  ['Foramen', 'right'],
  ['Recess', 'left'],
  ['Recess', 'right'],
];
const LEVEL_WIDTH = 62;
const HEADING_HEIGHT = 46;

/**
 * The grades as a table in SVG, one row a level and one column a condition and side: colour, the grade in words and
 * its probability. What the model does not grade says so.
 */
export function gradeTable(
  findings: readonly Finding[],
  at: { readonly x: number; readonly y: number; readonly width: number; readonly rowHeight: number },
): string {
  const byTarget = new Map(findings.map((finding) => [targetKey(finding), finding]));
  const columnWidth = (at.width - LEVEL_WIDTH) / LEVEL_TARGETS.length;
  const columnX = (column: number) => at.x + LEVEL_WIDTH + column * columnWidth;
  const headings = HEADINGS.flatMap((lines, column) =>
    lines.map((line, index) =>
      textAt(columnX(column) + columnWidth / 2, at.y + 17 + index * 19, line, {
        size: 16,
        bold: true,
        anchor: 'middle',
      }),
    ),
  );
  const rows = LEVELS.flatMap((level, row) => {
    const y = at.y + HEADING_HEIGHT + row * at.rowHeight;
    const cells = LEVEL_TARGETS.map((target, column) =>
      cell(byTarget.get(targetKey({ ...target, level })) ?? null, {
        x: columnX(column),
        y,
        width: columnWidth,
        height: at.rowHeight,
      }),
    );
    return [textAt(at.x, y + at.rowHeight / 2 + 6, level, { size: 18, bold: true }), ...cells];
  });
  return [...headings, ...rows].join('');
}

/** Height of the whole table, pixels. */
export function gradeTableHeight(rowHeight: number): number {
  return HEADING_HEIGHT + LEVELS.length * rowHeight;
}

function cell(finding: Finding | null, { x, y, width, height }: Box): string {
  const fill = finding === null ? NOT_GRADED_FILL : GRADE_FILLS[finding.grade];
  const middle = x + width / 2;
  const box = `<rect x="${x + 2}" y="${y + 2}" width="${width - 4}" height="${height - 4}" rx="4" fill="${fill}"/>`;
  if (finding === null) {
    return (
      box + textAt(middle, y + height / 2 + 5, 'not graded', { size: 14, anchor: 'middle', fill: '#b8bcc4' })
    );
  }
  const { grade, probabilities, uncertain } = finding;
  const bold = grade !== 'Normal/Mild';
  return [
    box,
    ...(uncertain ? [dashes({ x, y, width, height })] : []),
    textAt(middle, y + height / 2 - 2, grade, { size: 15, bold, anchor: 'middle', fill: '#fff' }),
    textAt(middle, y + height / 2 + 17, inPercent(probabilities[grade]) + (uncertain ? UNCERTAIN_MARK : ''), {
      size: 14,
      anchor: 'middle',
      fill: '#fff',
    }),
  ].join('');
}

/** A cell that is to be read with care has a dashed border. */
function dashes({ x, y, width, height }: Box): string {
  return `<rect x="${x + 4}" y="${y + 4}" width="${width - 8}" height="${height - 8}" rx="3" fill="none" stroke="#fff" stroke-width="1.5" stroke-dasharray="5 4"/>`;
}
