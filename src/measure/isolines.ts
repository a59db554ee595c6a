import type { GridPlace } from './outlined-slice.ts';

/** Of an edge that no line crosses. */
const NONE = -1;

/**
 * The lines on which a field of size × size values is one half, linear between them (marching squares); beyond the field
 * it is nothing, so that every line is closed. The first place is not repeated.
 */
export function isolines(field: Float32Array, size: number): GridPlace[][] {
  const width = size + 2;
  const framed = withFrame(field, size);
  // Edges by number: twice the index of the pixel that they begin at, and one more for the one to the pixel below.
  const next = new Int32Array(2 * framed.length).fill(NONE);
  const begun: number[] = [];
  for (let row = 0; row < width - 1; row++) joinRow(next, framed, width, row, begun);
  return begun.flatMap((first) => {
    const line: GridPlace[] = [];
    for (let edge = first; next[edge] !== NONE; ) {
      line.push(placeOn(edge, framed, width));
      const to = next[edge]!;
      next[edge] = NONE;
      edge = to;
    }
    return line.length > 2 ? [line] : [];
  });
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

/** Notes the edges round the cells of one row; most cells are crossed by no line. */
function joinRow(next: Int32Array, framed: Float32Array, width: number, row: number, begun: number[]): void {
  for (let at = row * width; at < row * width + width - 1; at++) {
    const corners =
      (framed[at]! >= 0.5 ? 1 : 0) |
      (framed[at + 1]! >= 0.5 ? 2 : 0) |
      (framed[at + width + 1]! >= 0.5 ? 4 : 0) |
      (framed[at + width]! >= 0.5 ? 8 : 0);
    if (corners !== 0 && corners !== 15) joinEdges(next, framed, width, at, corners, begun);
  }
}

/**
 * Notes which edge a line goes on to from each by which it leaves what is inside, round the cell of a pixel and its
 * neighbours to the right and below.
 * @param corners a bit each of those that are inside, clockwise from the upper left; the side of each leads to the next.
 * @param begun gets the edges by which it leaves.
 */
function joinEdges(
  next: Int32Array,
  framed: Float32Array,
  width: number,
  at: number,
  corners: number,
  begun: number[],
): void {
  const edge = (side: number) =>
    side === 0 ? 2 * at : side === 1 ? 2 * (at + 1) + 1 : side === 2 ? 2 * (at + width) : 2 * at + 1;
  const inside = (corner: number) => (corners & (1 << (corner & 3))) !== 0;
  // Where two corners that face each other are inside, the middle says whether they are joined.
  const isSaddle = corners === 5 || corners === 10;
  const middle = (framed[at]! + framed[at + 1]! + framed[at + width + 1]! + framed[at + width]!) / 4;
  const backwards = isSaddle && middle < 0.5;
  for (let side = 0; side < 4; side++) {
    if (!inside(side) || inside(side + 1)) continue;
    // The next side that is crossed, or the last one before.
    let onward = backwards ? side + 3 : side + 1;
    while (inside(onward) === inside(onward + 1)) onward += backwards ? 3 : 1;
    next[edge(side)] = edge(onward & 3);
    begun.push(edge(side));
  }
}

/** Where a line crosses an edge; the frame is one pixel wide. */
function placeOn(edge: number, framed: Float32Array, width: number): GridPlace {
  const at = edge >> 1;
  const isUpright = edge % 2 === 1;
  const [here, there] = [framed[at]!, framed[at + (isUpright ? width : 1)]!];
  const share = (0.5 - here) / (there - here);
  const column = (at % width) - 1;
  const row = Math.floor(at / width) - 1;
  return isUpright ? { column, row: row + share } : { column: column + share, row };
}
