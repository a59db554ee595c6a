import type { WhyUnmeasured } from '../domain/measurement.ts';
import type { Point } from '../domain/point.ts';
import { chords, placeAlong } from './chord.ts';
import { connectedParts } from './connected-parts.ts';
import { type GridPlace, mostly, type OutlinedSlice, placeOnGrid, pointOfPlace } from './outlined-slice.ts';

/** An area with its outline, or why there is none. */
export type Area =
  | { readonly value: number; readonly pointsMm: readonly Point[] }
  | { readonly absent: WhyUnmeasured };

/** The sac is looked for this near to where the canal was found, mm. */
const NEAR_MM = 9;
/** An area beyond these is none of a dural sac's, mm². */
const PLAUSIBLE_MM2 = [6, 600] as const;
/** Points of its outline. */
const RAYS = 36;
const REACH_MM = 25;

/** The cross-section of the dural sac on an outlined axial slice. @param canalMm where the canal was found */
export function measureSacArea(slice: OutlinedSlice, canalMm: Point): Area {
  const { size, mmPerPixel } = slice.grid;
  const found = placeOnGrid(slice.grid, canalMm);
  const away = ({ column, row }: GridPlace) =>
    Math.hypot(column - found.column, row - found.row) * mmPerPixel;
  const [sac] = connectedParts(mostly(slice, 'sac'), size, size, 1).filter((part) => away(part) <= NEAR_MM);
  if (sac === undefined) return { absent: 'not-outlined' };
  const value = sac.members.length * mmPerPixel ** 2;
  if (value < PLAUSIBLE_MM2[0] || value > PLAUSIBLE_MM2[1]) return { absent: 'not-plausible' };
  const pointsMm: Point[] = [];
  for (let ray = 0; ray < RAYS; ray++) {
    const angle = (2 * Math.PI * ray) / RAYS;
    const direction = [Math.cos(angle), Math.sin(angle)] as const;
    const through = chords(slice, ['sac'], sac, direction, [0, REACH_MM]);
    if (through === null) return { absent: 'level-out-of-view' };
    const edgeMm = through[0]?.toMm ?? 0;
    pointsMm.push(pointOfPlace(slice.grid, placeAlong(sac, direction, edgeMm, mmPerPixel)));
  }
  return { value, pointsMm };
}
