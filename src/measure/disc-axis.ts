import { type Chord, chords, type GridDirection, placeAlong } from './chord.ts';
import { connectedParts, type Part } from './connected-parts.ts';
import { joinedPieces } from './joined-pieces.ts';
import { type GridPlace, mostly, type OutlinedSlice } from './outlined-slice.ts';

/** A disc's outline is looked for this near to where the disc was found, mm, … */
const NEAR_MM = 10;
/** … and smaller pieces are none, mm². */
const LEAST_MM2 = 40;

/** How far an outline reaches from its middle at most, along its middle line and across it, mm. */
const REACH_MM = { along: 40, across: 18 } as const;
/** The middle line runs half way between the endplates: fitted this far to both sides, as a share of the disc's depth. */
const FITTED_SHARE = 0.3;
const FITTED_STEPS = 12;

/** The disc as it lies on a sagittal slice. */
export interface DiscAxis {
  /** The middle of its outline. */
  readonly middle: GridPlace;
  /** Along its middle line, to the back. */
  readonly posterior: GridDirection;
  /** At right angles to that, to the feet. */
  readonly caudal: GridDirection;
  /** Whether its outline runs out of the slice. */
  readonly cutOff: boolean;
}

/** A slice is read for several levels, and for each more than once. */
const known = new WeakMap<OutlinedSlice, readonly Part[]>();

/** The discs on an outlined slice, the largest first. */
function outlinedDiscs(slice: OutlinedSlice): readonly Part[] {
  const { size, mmPerPixel } = slice.grid;
  const least = LEAST_MM2 / mmPerPixel ** 2;
  const discs =
    known.get(slice) ??
    connectedParts(mostly(slice, 'disc'), size, size, 1).filter(({ members }) => members.length >= least);
  known.set(slice, discs);
  return discs;
}

/** The same, those with a gap each as one. */
export function wholeDiscs(slice: OutlinedSlice): readonly Part[] {
  return joinedPieces(outlinedDiscs(slice), slice.grid.size);
}

/** Whether an outline runs out of the slice. */
export function isCutOff(slice: OutlinedSlice, { members }: Part): boolean {
  return members.some((index) => isAtEdge(slice, index));
}

/** The outlined disc nearest to where it was found; null where none is near. */
export function discAxis(slice: OutlinedSlice, found: GridPlace): DiscAxis | null {
  const away = ({ column, row }: GridPlace) =>
    Math.hypot(column - found.column, row - found.row) * slice.grid.mmPerPixel;
  const [nearest] = outlinedDiscs(slice)
    .filter((part) => away(part) <= NEAR_MM)
    .sort((a, b) => away(a) - away(b));
  if (nearest === undefined) return null;
  const [dc, dr] = nearest.along;
  const first = turned(nearest, dc < 0 ? [-dc, -dr] : [dc, dr]);
  const line = betweenEndplates(slice, first);
  return { ...line, cutOff: isCutOff(slice, nearest) };
}

type Line = Omit<DiscAxis, 'cutOff'>;

function turned(middle: GridPlace, posterior: GridDirection): Line {
  return { middle, posterior, caudal: [-posterior[1], posterior[0]] };
}

/** The line half way between the endplates: a protrusion or an osteophyte does not turn it, as it does the outline's own axis. */
function betweenEndplates(slice: OutlinedSlice, line: Line): Line {
  const { middle, posterior, caudal } = line;
  const { mmPerPixel } = slice.grid;
  const depth = through(chords(slice, ['disc'], middle, posterior, [-REACH_MM.along, REACH_MM.along]));
  if (depth === null) return line;
  const centreMm = (depth.fromMm + depth.toMm) / 2;
  const halfMm = (depth.toMm - depth.fromMm) * FITTED_SHARE;
  // Height over the line, of the points half way between the endplates, by the place along it.
  const points = Array.from({ length: FITTED_STEPS + 1 }, (_, i) => {
    const mm = centreMm + halfMm * ((2 * i) / FITTED_STEPS - 1);
    const at = placeAlong(middle, posterior, mm, mmPerPixel);
    const across = through(chords(slice, ['disc'], at, caudal, [-REACH_MM.across, REACH_MM.across]));
    return across === null ? null : ([mm, (across.fromMm + across.toMm) / 2] as const);
  }).filter((point) => point !== null);
  if (points.length < FITTED_STEPS / 2) return line;
  const mean = (of: 0 | 1) => points.reduce((sum, point) => sum + point[of], 0) / points.length;
  const [mx, my] = [mean(0), mean(1)];
  const [xy, xx] = points.reduce(
    ([sxy, sxx], [x, y]) => [sxy + (x - mx) * (y - my), sxx + (x - mx) ** 2] as const,
    [0, 0] as readonly [number, number],
  );
  const slope = xx > 0 ? xy / xx : 0;
  const length = Math.hypot(1, slope);
  const direction: GridDirection = [
    (posterior[0] + slope * caudal[0]) / length,
    (posterior[1] + slope * caudal[1]) / length,
  ];
  const onLine = placeAlong(middle, posterior, centreMm, mmPerPixel);
  return turned(placeAlong(onLine, caudal, my + slope * (centreMm - mx), mmPerPixel), direction);
}

/** The stretch that holds the place where the line was begun. */
export function through(all: readonly Chord[] | null): Chord | null {
  return all?.find(({ fromMm, toMm }) => fromMm <= 0 && toMm >= 0) ?? null;
}

function isAtEdge({ seen, grid: { size } }: OutlinedSlice, index: number): boolean {
  const [column, row] = [index % size, Math.floor(index / size)];
  if (column === 0 || row === 0 || column === size - 1 || row === size - 1) return true;
  return !(seen[index - 1] && seen[index + 1] && seen[index - size] && seen[index + size]);
}
