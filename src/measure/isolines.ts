import type { GridPlace } from './outlined-slice.ts';

/** Of an edge that no line crosses. */
const NONE = -1;
const SIDES = [0, 1, 2, 3] as const;

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
  for (let row = 0; row < width - 1; row++) {
    for (let column = 0; column < width - 1; column++) {
      const at = row * width + column;
      const here = framed[at]! >= 0.5;
      const isCrossed =
        here !== framed[at + 1]! >= 0.5 ||
        here !== framed[at + width]! >= 0.5 ||
        here !== framed[at + width + 1]! >= 0.5;
      if (isCrossed) begun.push(...joinEdges(next, framed, width, at));
    }
  }
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

/**
 * Notes which edge a line goes on to from each by which it leaves what is inside, round the cell of a pixel and its
 * neighbours to the right and below. @returns the edges by which it leaves
 */
function joinEdges(next: Int32Array, framed: Float32Array, width: number, at: number): readonly number[] {
  // Clockwise from the upper left corner; the side of each leads to the next.
  const values = [framed[at]!, framed[at + 1]!, framed[at + width + 1]!, framed[at + width]!];
  const edges = [2 * at, 2 * (at + 1) + 1, 2 * (at + width), 2 * at + 1];
  const inside = (corner: number) => values[corner % 4]! >= 0.5;
  const crossed = SIDES.filter((side) => inside(side) !== inside(side + 1));
  // Where two corners that face each other are inside, the middle says whether they are joined.
  const joined = (values[0]! + values[1]! + values[2]! + values[3]!) / 4 >= 0.5;
  const onward = joined ? 1 : crossed.length - 1;
  const left: number[] = [];
  for (const [k, side] of crossed.entries()) {
    if (!inside(side)) continue;
    next[edges[side]!] = edges[crossed[(k + onward) % crossed.length]!]!;
    left.push(edges[side]!);
  }
  return left;
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
