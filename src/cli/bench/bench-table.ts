import type { BenchRow } from './bench-row.ts';

/** A Markdown table. @param part its heading. */
export function benchTable(part: string, rows: readonly BenchRow[]): string[] {
  const cells = [
    [part, 'ms', 'floor', 'floor ms', 'ratio', 'block ms', 'its CPU ms', 'worst block ms'],
    ...rows.map(({ what, timing, ms = timing.medianMs, floor }) => [
      what,
      rounded(ms),
      floor?.what ?? '',
      floor === undefined ? '' : rounded(floor.ms),
      floor === undefined ? '' : (ms / floor.ms).toFixed(1),
      rounded(timing.blockMedianMs),
      rounded(timing.blockCpuMedianMs),
      rounded(timing.blockWorstMs),
    ]),
  ];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => (isText(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (isText(column) ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(cells[0]!), rule, ...cells.slice(1).map(line), ''];
}

/** The columns of what was measured and of its floor; the others hold numbers. */
const isText = (column: number) => column === 0 || column === 2;

const rounded = (ms: number) => (ms < 10 ? ms.toFixed(1) : String(Math.round(ms)));
