import type { Point } from '../../../domain/point.ts';
import { type Chord, chordLength, chords, type GridDirection, placeAlong } from '../../../measure/chord.ts';
import { type DiscAxis, discAxis, through } from '../../../measure/disc-axis.ts';
import { type GridPlace, type OutlinedSlice, placeOnGrid } from '../../../measure/outlined-slice.ts';

/** A neural foramen on the parasagittal slice that passes through both its pedicles, mm. */
export interface ForamenSize {
  /** From the lower border of the upper pedicle to the upper border of the lower one, where it is greatest. */
  readonly heightMm: number;
  /** From vertebra or disc in front to the articular process behind, where it is least. */
  readonly widthMm: number;
}

const DISC_REACH_MM = 40;
/** The root leaves about so far above the disc's middle line: there is no bone. */
const ROOT_ABOVE_MM = 5;
/** Pedicles are looked for so far above and below that line, and this far behind the disc. */
const PEDICLES_WITHIN_MM = [-32, 24] as const;
const BEHIND_DISC_MM = [-2, 14] as const;
const STEP_MM = 0.5;
/** The upper pedicle ends at least so far above the line: what ends lower is the rim of a body. */
const ENDS_ABOVE_MM = 8;
/** Bone thinner than this is a pedicle's margin: the slice passes beside it. */
const PEDICLE_MM = 7;
/** Taken so far within a pedicle, bone reaches from the body, so far in front of its wall, to behind the foramen. */
const BAR = { withinMm: 3, reachMm: 40, inFrontMm: 8, behindMm: 2 } as const;
/** More than this of sac or disc between the pedicles, and it is no foramen, mm. */
const BETWEEN_MM = 0.5;
/** Width is taken at these heights over the disc's middle line, mm, wherever bone bounds it both ways. */
const WIDTHS_AT = [-2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8];
const LEAST_WIDTHS = 3;
const WIDTH_REACH_MM = 16;
const WALL_MM = 2;

/** The foramen above and behind a disc, on the slice; null where its pedicles and what is behind it are not outlined whole. */
export function measureForamen(slice: OutlinedSlice, discMm: Point): ForamenSize | null {
  const axis = discAxis(slice, placeOnGrid(slice.grid, discMm));
  if (axis === null || axis.cutOff) return null;
  const line = [-DISC_REACH_MM, DISC_REACH_MM] as const;
  const marginMm = through(chords(slice, ['disc'], axis.middle, axis.posterior, line))?.toMm;
  if (marginMm === undefined) return null;
  const [leastMm, mostMm] = BEHIND_DISC_MM;
  let greatest: { readonly start: GridPlace; readonly heightMm: number } | null = null;
  for (let behindMm = leastMm; behindMm <= mostMm; behindMm += STEP_MM) {
    const start = along(slice, axis.middle, axis.posterior, marginMm + behindMm);
    const gap = betweenPedicles(slice, axis, start, behindMm);
    if (gap === null || (greatest !== null && chordLength(gap) <= greatest.heightMm)) continue;
    greatest = { start, heightMm: chordLength(gap) };
  }
  if (greatest === null) return null;
  const widthMm = leastWidth(slice, axis, greatest.start);
  return widthMm === null ? null : { heightMm: greatest.heightMm, widthMm };
}

/** Between two pedicles on a line across the disc's middle line; `behindMm` behind the disc. */
function betweenPedicles(
  slice: OutlinedSlice,
  axis: DiscAxis,
  start: GridPlace,
  behindMm: number,
): Chord | null {
  const { posterior, caudal } = axis;
  const bone = chords(slice, ['vertebra'], start, caudal, PEDICLES_WITHIN_MM);
  const upper = bone?.findLast(({ fromMm }) => fromMm < -ROOT_ABOVE_MM);
  const lower = bone?.find(({ fromMm }) => fromMm >= -ROOT_ABOVE_MM);
  if (!upper || !lower || upper.toMm > -ENDS_ABOVE_MM) return null;
  if (Math.min(chordLength(upper), chordLength(lower)) < PEDICLE_MM) return null;
  const isBar = (mm: number) => {
    const from = along(slice, start, caudal, mm);
    const bar = through(chords(slice, ['vertebra'], from, posterior, [-BAR.reachMm, BAR.reachMm]));
    return bar !== null && bar.fromMm <= -behindMm - BAR.inFrontMm && bar.toMm >= BAR.behindMm;
  };
  if (!isBar(upper.toMm - BAR.withinMm) || !isBar(lower.fromMm + BAR.withinMm)) return null;
  const gap = { fromMm: upper.toMm, toMm: lower.fromMm };
  const between = chords(slice, ['sac', 'disc'], start, caudal, [gap.fromMm, gap.toMm]);
  return between?.every((each) => chordLength(each) <= BETWEEN_MM) ? gap : null;
}

function leastWidth(slice: OutlinedSlice, { posterior, caudal }: DiscAxis, start: GridPlace): number | null {
  const widths = WIDTHS_AT.flatMap((aboveMm) => {
    const from = along(slice, start, caudal, -aboveMm);
    const reach = [-WIDTH_REACH_MM, WIDTH_REACH_MM] as const;
    const walls = chords(slice, ['vertebra', 'disc'], from, posterior, reach) ?? [];
    const front = walls.findLast(({ toMm }) => toMm <= 0);
    const behind = walls.find(({ fromMm }) => fromMm >= 0);
    if (!front || !behind || Math.min(chordLength(front), chordLength(behind)) < WALL_MM) return [];
    return [behind.fromMm - front.toMm];
  });
  return widths.length < LEAST_WIDTHS ? null : Math.min(...widths);
}

function along(slice: OutlinedSlice, from: GridPlace, direction: GridDirection, mm: number): GridPlace {
  return placeAlong(from, direction, mm, slice.grid.mmPerPixel);
}
