import { DISC_LABELS, type DiscLabel, type Observation } from '../../domain/assessment.ts';
import { inPercent } from '../../domain/in-percent.ts';
import { LEVELS } from '../../domain/level.ts';
import { GRADE_FILLS } from './grade-table.ts';
import { type Box, textAt } from './svg.ts';

/** In two lines of a heading, and as one phrase. */
export const LABEL_HEADINGS: Readonly<Record<DiscLabel, readonly [string, string]>> = {
  herniation: ['disc', 'herniation'],
  bulge: ['disc', 'bulge'],
  spondylolisthesis: ['spondylo-', 'listhesis'],
  canal_stenosis: ['canal', 'stenosis'],
  foraminal_stenosis: ['foraminal', 'stenosis'],
};
const LEVEL_WIDTH = 62;
const HEADING_HEIGHT = 46;

/** The observations as a table in SVG, one row a level and one column a label: whether present, and how probable. */
export function labelTable(
  observations: readonly Observation[],
  at: { readonly x: number; readonly y: number; readonly width: number; readonly rowHeight: number },
): string {
  const labels = DISC_LABELS.filter((label) => observations.some((each) => each.label === label));
  const width = (at.width - LEVEL_WIDTH) / Math.max(labels.length, 1);
  const x = (column: number) => at.x + LEVEL_WIDTH + column * width;
  const headings = labels.flatMap((label, column) =>
    LABEL_HEADINGS[label].map((line, index) =>
      textAt(x(column) + width / 2, at.y + 17 + index * 19, line, { size: 15, bold: true, anchor: 'middle' }),
    ),
  );
  const rows = LEVELS.flatMap((level, row) => {
    const y = at.y + HEADING_HEIGHT + row * at.rowHeight;
    const cells = labels.map((label, column) => {
      const found = observations.find((each) => each.level === level && each.label === label);
      return found === undefined ? '' : cell(found, { x: x(column), y, width, height: at.rowHeight });
    });
    return [textAt(at.x, y + at.rowHeight / 2 + 6, level, { size: 18, bold: true }), ...cells];
  });
  return [...headings, ...rows].join('');
}

function cell({ present, probability }: Observation, { x, y, width, height }: Box): string {
  const fill = present ? GRADE_FILLS.Moderate : GRADE_FILLS['Normal/Mild'];
  const style = { anchor: 'middle', fill: '#fff' } as const;
  const middle = x + width / 2;
  return [
    `<rect x="${x + 2}" y="${y + 2}" width="${width - 4}" height="${height - 4}" rx="4" fill="${fill}"/>`,
    textAt(middle, y + height / 2 - 2, present ? 'Present' : 'Absent', { ...style, size: 15, bold: present }),
    textAt(middle, y + height / 2 + 17, inPercent(probability), { ...style, size: 14 }),
  ].join('');
}
