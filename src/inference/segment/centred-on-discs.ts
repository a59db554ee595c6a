import type { LocalisedLevel } from '../../domain/assessment.ts';
import type { WhyUnmeasured } from '../../domain/measurement.ts';
import { along } from '../../domain/point.ts';
import type { Part } from '../../measure/connected-parts.ts';
import { isCutOff, wholeDiscs } from '../../measure/disc-axis.ts';
import { type GridPlace, type OutlinedSlice, placeOnGrid } from '../../measure/outlined-slice.ts';

/** A disc is no farther from where it was found, mm: half a vertebral body. */
const NEAR_MM = 12;
/**
 * Nearer than this to the middle of its outline a disc is where it was found, mm: two pixels of a heat map. So near, the localiser
 * is the better of both (phantoms of families `held-out`: 0.8 mm off in the mean, the middle of the outline 1.6 mm).
 */
const THERE_MM = 4;
/** No disc is deeper from front to back, mm: its outline has run out into what lies before or behind it. */
const DEEPEST_MM = 44;

/**
 * The levels with those discs that were found beside themselves in the middle of their outlines. A disc stays where it was found
 * where no outline is near, where the nearest is cut off, is no disc's by its shape, or lies nearer to another level. It moves along
 * its slice, never across. L5/S1 always stays: no mask shows the sacrum, and an outline that runs on into it is bent in the middle.
 * @param sagittal what was outlined for each level.
 */
export function centredOnDiscs(
  levels: readonly LocalisedLevel[],
  sagittal: readonly (OutlinedSlice | WhyUnmeasured)[],
): readonly LocalisedLevel[] {
  return levels.map((level, i) => {
    const slice = sagittal[i]!;
    if (typeof slice === 'string' || level.level === 'L5/S1') return level;
    const places = levels.map(({ discMm }) => placeOnGrid(slice.grid, discMm));
    const own = ownDisc(slice, places, i);
    if (own === null) return level;
    const { columnDirection, rowDirection, mmPerPixel } = slice.grid;
    const across = along(level.discMm, columnDirection, (own.column - places[i]!.column) * mmPerPixel);
    return { ...level, discMm: along(across, rowDirection, (own.row - places[i]!.row) * mmPerPixel) };
  });
}

/** The outline of the i-th level's disc. @param places where the levels' discs were found */
function ownDisc(slice: OutlinedSlice, places: readonly GridPlace[], i: number): Part | null {
  const away = (disc: Part, { column, row }: GridPlace) =>
    Math.hypot(disc.column - column, disc.row - row) * slice.grid.mmPerPixel;
  const own = places[i]!;
  const [nearest] = wholeDiscs(slice).toSorted((a, b) => away(a, own) - away(b, own));
  if (nearest === undefined) return null;
  const farMm = away(nearest, own);
  if (farMm <= THERE_MM || farMm > NEAR_MM) return null;
  if (isCutOff(slice, nearest) || !isDiscShaped(slice, nearest)) return null;
  return places.every((other) => away(nearest, other) >= farMm) ? nearest : null;
}

/** Whether an outline is as deep as a disc may be, and its middle within it: one that has run out is bent. */
function isDiscShaped(
  { grid: { size, mmPerPixel } }: OutlinedSlice,
  { members, column, row, along: [ax, ay] }: Part,
) {
  const lengthwise = members.map((at) => ((at % size) - column) * ax + (Math.floor(at / size) - row) * ay);
  const depthMm = (Math.max(...lengthwise) - Math.min(...lengthwise) + 1) * mmPerPixel;
  return depthMm <= DEEPEST_MM && members.includes(Math.round(row) * size + Math.round(column));
}
