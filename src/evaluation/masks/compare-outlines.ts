import { LABEL, NOT_DRAWN, STRUCTURES, type Structure, UNTOLD } from '../../domain/structure.ts';
import type { PatchFrame } from '../../inference/crop/patch-frame.ts';
import { type OutlinedSlice, shareAt } from '../../measure/outlined-slice.ts';
import type { Slice } from '../../volume/volume.ts';
import { distanceMap } from './distance-map.ts';
import { labelPatch } from './label-patch.ts';

/** Outlines are compared on a grid as fine as images are, mm. */
const COMPARED_MM = 0.5;

/** How a structure's outline on a slice fits the drawn one. */
export interface Overlap {
  /** Pixels of the structure by both, by what was found, by what was drawn. */
  readonly both: number;
  readonly found: number;
  readonly drawn: number;
  /** From every pixel of either border to the other one, mm; empty where one of them has none. */
  readonly surfaceMm: readonly number[];
}

/** One slice's labels as found and as drawn, on the grid they were compared on. */
export interface ComparedSlice {
  readonly frame: PatchFrame;
  readonly found: Uint8Array;
  readonly drawn: Uint8Array;
  readonly overlaps: ReadonlyMap<Structure, Overlap>;
}

/** What was compared on one slice: only what lies in the network's square and of which something is known. */
export function compareOutlines(
  outlined: OutlinedSlice,
  slice: Slice,
  labels: Uint8Array,
  structures: readonly Structure[],
): ComparedSlice {
  const { grid } = outlined;
  const size = Math.floor((grid.size * grid.mmPerPixel) / COMPARED_MM);
  const frame: PatchFrame = { ...grid, size, mmPerPixel: COMPARED_MM };
  const drawn = labelPatch(slice.plane, labels, frame);
  const found = likeliest(outlined, frame);
  const overlaps = structures.map(
    (structure) => [structure, overlap(structure, found, drawn, size)] as const,
  );
  return { frame, found, drawn, overlaps: new Map(overlaps) };
}

/** The likeliest label of every pixel of a finer grid with the same middle and directions. */
function likeliest(outlined: OutlinedSlice, { size, mmPerPixel }: PatchFrame): Uint8Array {
  const { grid } = outlined;
  const told = STRUCTURES.filter((structure) => outlined.shares[structure] !== undefined);
  const at = (i: number) => ((i - (size - 1) / 2) * mmPerPixel) / grid.mmPerPixel + (grid.size - 1) / 2;
  const labels = new Uint8Array(size * size).fill(UNTOLD);
  for (let row = 0, i = 0; row < size; row++) {
    for (let column = 0; column < size; column++, i++) {
      const place = { column: at(column), row: at(row) };
      let [best, most, rest] = [0, 0, 1];
      for (const structure of told) {
        const share = shareAt(outlined, [structure], place.column, place.row);
        if (share === null) {
          rest = Number.NaN;
          break;
        }
        rest -= share;
        if (share > most) [best, most] = [LABEL[structure], share];
      }
      if (!Number.isNaN(rest)) labels[i] = rest >= most ? LABEL.none : best;
    }
  }
  return labels;
}

function overlap(structure: Structure, found: Uint8Array, drawn: Uint8Array, size: number): Overlap {
  const label = LABEL[structure];
  const known = (i: number) =>
    drawn[i] !== UNTOLD && found[i] !== UNTOLD && (drawn[i] !== NOT_DRAWN || structure !== 'epidural');
  const ours = found.map((each, i) => (known(i) && each === label ? 1 : 0));
  const theirs = drawn.map((each, i) => (known(i) && each === label ? 1 : 0));
  let [both, ourCount, theirCount] = [0, 0, 0];
  for (let i = 0; i < ours.length; i++) {
    both += ours[i]! & theirs[i]!;
    ourCount += ours[i]!;
    theirCount += theirs[i]!;
  }
  const empty = ourCount === 0 || theirCount === 0;
  return {
    both,
    found: ourCount,
    drawn: theirCount,
    surfaceMm: empty ? [] : surfaceDistances(ours, theirs, size, known),
  };
}

function surfaceDistances(
  ours: Uint8Array,
  theirs: Uint8Array,
  size: number,
  known: (i: number) => boolean,
): number[] {
  const borders = [ours, theirs].map((set) => border(set, size, known)) as [Uint8Array, Uint8Array];
  const away = borders.map((set) => distanceMap(set, size, size)) as [Float64Array, Float64Array];
  const distances: number[] = [];
  for (let i = 0; i < ours.length; i++) {
    if (borders[0][i]) distances.push(away[1][i]! * COMPARED_MM);
    if (borders[1][i]) distances.push(away[0][i]! * COMPARED_MM);
  }
  return distances;
}

/** Pixels of a set beside one that is known not to be of it: where knowledge ends is no border. */
function border(set: Uint8Array, size: number, known: (i: number) => boolean): Uint8Array {
  return set.map((there, i) => {
    if (!there) return 0;
    const column = i % size;
    const near = [
      column > 0 ? i - 1 : i,
      column < size - 1 ? i + 1 : i,
      i >= size ? i - size : i,
      i + size < set.length ? i + size : i,
    ];
    return near.some((next) => !set[next] && known(next)) ? 1 : 0;
  });
}
