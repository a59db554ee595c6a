import { type Part, partOf } from './connected-parts.ts';

/** Pieces of a disc lie within so many square roots of the larger one's area: discs are some four times as long as high. */
const PIECES_WITHIN = 2.5;

/** Discs of which some were outlined with a gap, each as one. @param pieces connected ones, the largest first */
export function joinedPieces(pieces: readonly Part[], columns: number): readonly Part[] {
  const discs: Part[] = [];
  for (const piece of pieces) {
    const i = discs.findIndex((disc) => areOneDisc(disc, piece));
    if (i < 0) discs.push(piece);
    else discs[i] = partOf([...discs[i]!.members, ...piece.members], columns);
  }
  return discs;
}

/** Whether a piece is of a disc: it lies before or behind it, not above or below. */
function areOneDisc({ column, row, along: [ax, ay], members }: Part, piece: Part): boolean {
  const [x, y] = [piece.column - column, piece.row - row];
  const [lengthwise, across] = [Math.abs(x * ax + y * ay), Math.abs(y * ax - x * ay)];
  return across < lengthwise && Math.hypot(x, y) < PIECES_WITHIN * Math.sqrt(members.length);
}
