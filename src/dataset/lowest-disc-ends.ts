import { NO_DISC, UNTOLD } from '../domain/structure.ts';
import { distanceMap } from '../evaluation/masks/distance-map.ts';
import type { MaskedSlice } from '../evaluation/masks/mask-source.ts';

/** No other disc lies so near, mm: S1/S2 is farther from L5/S1 than this. */
const ALONE_MM = 12;

/**
 * A slice's labels, with NO_DISC around its lowest disc where nobody said what is there: the sacrum is not drawn, but the disc
 * was drawn whole. Otherwise a network is free to let it run on into the sacrum.
 */
export function lowestDiscEnds({ slice: { plane }, labels, discs }: MaskedSlice): Uint8Array {
  const [lowest] = discs;
  if (lowest === undefined) return labels;
  const drawn = new Uint8Array(labels.length);
  for (const at of lowest.members) drawn[at] = 1;
  const away = distanceMap(drawn, plane.rows, plane.columns);
  const reach = ALONE_MM / plane.columnSpacingMm;
  return labels.map((label, i) => (label === UNTOLD && away[i]! <= reach ? NO_DISC : label));
}
