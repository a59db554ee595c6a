import type { GridPlace } from './outlined-slice.ts';

/**
 * The lines on which a field of size × size values is one half, linear between them (marching squares); beyond the field
 * it is nothing, so that every line is closed. The first place is not repeated.
 */
export function isolines(field: Float32Array, size: number): GridPlace[][] {
  const next = new Map<number, { readonly to: number; readonly at: GridPlace }>();
  const value = (column: number, row: number) =>
    column < 0 || row < 0 || column >= size || row >= size ? 0 : field[row * size + column]!;
  const inside = (column: number, row: number) => value(column, row) >= 0.5;
  for (let row = -1; row < size; row++) {
    for (let column = -1; column < size; column++) {
      const here = inside(column, row);
      const isCrossed =
        here !== inside(column + 1, row) ||
        here !== inside(column, row + 1) ||
        here !== inside(column + 1, row + 1);
      if (isCrossed) addCell(next, value, size, column, row);
    }
  }
  const lines: GridPlace[][] = [];
  for (const first of next.keys()) {
    const line: GridPlace[] = [];
    let edge = first;
    for (let step = next.get(edge); step !== undefined; step = next.get(edge)) {
      next.delete(edge);
      line.push(step.at);
      edge = step.to;
    }
    if (line.length > 2) lines.push(line);
  }
  return lines;
}

/** A side of a cell that the line crosses: into what is inside going round the cell, or out of it. */
interface Crossing {
  readonly edge: number;
  readonly at: GridPlace;
  readonly enters: boolean;
}

function addCell(
  next: Map<number, { readonly to: number; readonly at: GridPlace }>,
  value: (column: number, row: number) => number,
  size: number,
  c: number,
  r: number,
): void {
  // Clockwise from the upper left corner; the side of each leads to the next.
  const corners = [
    [c, r],
    [c + 1, r],
    [c + 1, r + 1],
    [c, r + 1],
  ] as const;
  const values = corners.map(([column, row]) => value(column, row));
  const number = (column: number, row: number, upright: boolean) =>
    2 * ((row + 1) * (size + 2) + column + 1) + (upright ? 1 : 0);
  const edges = [number(c, r, false), number(c + 1, r, true), number(c, r + 1, false), number(c, r, true)];
  const crossings = corners.flatMap(([column, row], i): Crossing[] => {
    const [here, there] = [values[i]!, values[(i + 1) % 4]!];
    if (here >= 0.5 === there >= 0.5) return [];
    const share = (0.5 - here) / (there - here);
    const [toColumn, toRow] = corners[(i + 1) % 4]!;
    const at = { column: column + share * (toColumn - column), row: row + share * (toRow - row) };
    return [{ edge: edges[i]!, at, enters: there >= 0.5 }];
  });
  const joined = values.reduce((sum, each) => sum + each, 0) / 4 >= 0.5;
  crossings.forEach(({ edge, at, enters }, i) => {
    if (enters) return;
    // Where two corners that face each other are inside, the middle says whether they are joined.
    const to = crossings[(i + (joined ? 1 : crossings.length - 1)) % crossings.length]!;
    next.set(edge, { to: to.edge, at });
  });
}
