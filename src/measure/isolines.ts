import type { GridPlace } from './outlined-slice.ts';

/**
 * The lines on which a field of size × size values is one half, linear between them (marching squares); beyond the field
 * it is nothing, so that every line is closed. The first place is not repeated.
 */
export function isolines(field: Float32Array, size: number): GridPlace[][] {
  const next = new Map<number, { readonly to: number; readonly at: GridPlace }>();
  const framed = withFrame(field, size);
  const width = size + 2;
  for (let row = 0; row < width - 1; row++) {
    for (let column = 0; column < width - 1; column++) {
      const at = row * width + column;
      const here = framed[at]! >= 0.5;
      const isCrossed =
        here !== framed[at + 1]! >= 0.5 ||
        here !== framed[at + width]! >= 0.5 ||
        here !== framed[at + width + 1]! >= 0.5;
      if (isCrossed) addCell(next, framed, width, column, row);
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

/** The field with one pixel of nothing around it. */
function withFrame(field: Float32Array, size: number): Float32Array {
  const width = size + 2;
  const framed = new Float32Array(width * width);
  for (let row = 0; row < size; row++) {
    framed.set(field.subarray(row * size, (row + 1) * size), (row + 1) * width + 1);
  }
  return framed;
}

/** A side of a cell that the line crosses: into what is inside going round the cell, or out of it. */
interface Crossing {
  readonly edge: number;
  readonly at: GridPlace;
  readonly enters: boolean;
}

/** `c` and `r` of the cell's upper left corner on the framed field. */
function addCell(
  next: Map<number, { readonly to: number; readonly at: GridPlace }>,
  framed: Float32Array,
  width: number,
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
  const values = corners.map(([column, row]) => framed[row * width + column]!);
  const number = (column: number, row: number, upright: boolean) =>
    2 * (row * width + column) + (upright ? 1 : 0);
  const edges = [number(c, r, false), number(c + 1, r, true), number(c, r + 1, false), number(c, r, true)];
  const crossings = corners.flatMap(([column, row], i): Crossing[] => {
    const [here, there] = [values[i]!, values[(i + 1) % 4]!];
    if (here >= 0.5 === there >= 0.5) return [];
    const share = (0.5 - here) / (there - here);
    const [toColumn, toRow] = corners[(i + 1) % 4]!;
    // The frame is one pixel wide.
    const at = { column: column - 1 + share * (toColumn - column), row: row - 1 + share * (toRow - row) };
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
