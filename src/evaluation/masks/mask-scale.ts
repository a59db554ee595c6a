import { quantile } from '../../domain/quantile.ts';
import type { Part } from '../../measure/connected-parts.ts';

/** Distance of neighbouring lumbar discs' centres in the mean, mm: L1/L2 to L5/S1 of the phantoms, whose sizes are those of adults. */
const DISC_DISTANCE_MM = 37;
/** Spaces counted from the lowest disc: the lumbar ones. */
const LUMBAR_SPACES = 4;
/** A space this many times the least of its slice is that of two: a disc between was not drawn. */
const TWO_SPACES = 1.5;

/**
 * Millimetres a pixel, from how far the drawn discs of a case's slices lie apart.
 * @param discs of each slice, from its lowest.
 * @returns null where no slice has two.
 */
export function mmPerPixel(discs: readonly (readonly Part[])[]): number | null {
  const spaces = discs.flatMap((own) => {
    const apart = own
      .slice(1, LUMBAR_SPACES + 1)
      .map(({ column, row }, i) => Math.hypot(column - own[i]!.column, row - own[i]!.row));
    return apart.filter((space) => space < TWO_SPACES * Math.min(...apart));
  });
  return spaces.length === 0 ? null : DISC_DISTANCE_MM / quantile(spaces, 0.5);
}
