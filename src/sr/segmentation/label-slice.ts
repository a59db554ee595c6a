import { LABEL, STRUCTURES, type Structure } from '../../domain/structure.ts';
import { type OutlinedSlice, placeOnGrid } from '../../measure/outlined-slice.ts';
import { pixelToPatient } from '../../volume/plane-geometry.ts';
import type { SlicePlane } from '../../volume/volume.ts';

/** A pixel is of what has at least half of it, as a length is measured to where the half begins. */
const HALF = 0.5;

/**
 * What each pixel of a slice is of: LABEL's values, rows × columns, row-major. The canal is sac and epidural space
 * together, and of the two the pixel is of the greater one.
 */
export function labelSlice(plane: SlicePlane, outline: OutlinedSlice): Uint8Array {
  const { grid, shares } = outline;
  const place = (column: number, row: number) => placeOnGrid(grid, pixelToPatient(plane, column, row));
  const first = place(0, 0);
  const [right, below] = [place(1, 0), place(0, 1)];
  const perColumn = [right.column - first.column, right.row - first.row] as const;
  const perRow = [below.column - first.column, below.row - first.row] as const;
  const read = STRUCTURES.map((structure) => shares[structure]);
  const labels = new Uint8Array(plane.rows * plane.columns);
  const found = new Float64Array(STRUCTURES.length);
  for (let row = 0; row < plane.rows; row++) {
    for (let column = 0; column < plane.columns; column++) {
      const x = first.column + column * perColumn[0] + row * perRow[0];
      const y = first.row + column * perColumn[1] + row * perRow[1];
      if (x < 0 || y < 0 || x >= grid.size - 1 || y >= grid.size - 1) continue;
      sharesAt(read, grid.size, x, y, found);
      labels[row * plane.columns + column] = labelOf(found);
    }
  }
  return labels;
}

/** Linear between the pixels of the grid. */
function sharesAt(
  read: readonly (Float32Array | undefined)[],
  size: number,
  x: number,
  y: number,
  into: Float64Array,
): void {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  const at = row * size + column;
  const [right, below] = [x - column, y - row];
  for (let i = 0; i < read.length; i++) {
    const share = read[i];
    if (share === undefined) continue;
    const top = share[at]! * (1 - right) + share[at + 1]! * right;
    const bottom = share[at + size]! * (1 - right) + share[at + size + 1]! * right;
    into[i] = top * (1 - below) + bottom * below;
  }
}

const [DISC, VERTEBRA, SAC, EPIDURAL] = (['disc', 'vertebra', 'sac', 'epidural'] as const).map(
  (structure: Structure) => STRUCTURES.indexOf(structure),
) as [number, number, number, number];

function labelOf(found: Float64Array): number {
  if (found[SAC]! + found[EPIDURAL]! >= HALF)
    return found[SAC]! >= found[EPIDURAL]! ? LABEL.sac : LABEL.epidural;
  if (found[DISC]! >= HALF) return LABEL.disc;
  return found[VERTEBRA]! >= HALF ? LABEL.vertebra : LABEL.none;
}
