import type { Point } from '../../domain/point.ts';
import { LABEL } from '../../domain/structure.ts';
import type { LandmarkLevel } from '../../inference/pack/localiser-spec.ts';
import type { Part } from '../../measure/connected-parts.ts';
import { pixelToPatient } from '../../volume/plane-geometry.ts';
import type { MaskedSlice } from './mask-source.ts';

/** A level of a case: the middle of its disc, and of the dural sac in the disc's plane where that was drawn. */
export interface MaskedLandmark {
  readonly level: LandmarkLevel;
  readonly discMm: Point;
  readonly canalMm: Point | null;
}

/** From the lowest disc that is drawn: SPIDER draws none below L5/S1. */
const UPWARD = ['L5/S1', 'L4/L5', 'L3/L4', 'L2/L3', 'L1/L2', 'T12/L1', 'T11/T12'] as const;
/** One disc's centres on two slices lie no farther apart, mm; those of two discs never so near. */
const SAME_DISC_MM = 12;
/** The sac is looked for from the disc's centre so far backwards, mm. */
const BEHIND_MM = { from: 4, to: 48, step: 0.25 } as const;

/**
 * The levels of a case, counted upward from the lowest disc of its middle slice, each on the slice where its sac is in the
 * middle from side to side. Levels that nobody drew are left out.
 */
export function maskedLandmarks(slices: readonly MaskedSlice[]): readonly MaskedLandmark[] {
  const drawn = slices.map(({ labels }) => labels.reduce((n, label) => n + (label === LABEL.sac ? 1 : 0), 0));
  const middle = slices[drawn.indexOf(Math.max(...drawn))];
  if (middle === undefined) return [];
  return UPWARD.flatMap((level, k): MaskedLandmark[] => {
    const disc = middle.discs[k];
    if (disc === undefined) return [];
    const near = slices.flatMap((slice) => {
      const same = sameDisc(disc, slice);
      const chord = same && sacBehind(same, slice);
      return chord ? [{ slice, disc: same, chord }] : [];
    });
    const depth = near.reduce((sum, { chord }) => sum + chord.lengthMm, 0);
    const x = near.reduce((sum, each) => sum + xOf(each.slice) * each.chord.lengthMm, 0) / depth;
    const [best] = near.sort((a, b) => Math.abs(xOf(a.slice) - x) - Math.abs(xOf(b.slice) - x));
    const at = best ?? { slice: middle, disc, chord: null };
    const discMm = pixelToPatient(at.slice.slice.plane, at.disc.column, at.disc.row);
    return [{ level, discMm, canalMm: at.chord?.middleMm ?? null }];
  });
}

const xOf = ({ slice }: MaskedSlice) => slice.plane.originMm[0];

function sameDisc(disc: Part, { slice, discs }: MaskedSlice): Part | null {
  const apart = (other: Part) =>
    Math.hypot(other.column - disc.column, other.row - disc.row) * slice.plane.columnSpacingMm;
  const [nearest] = [...discs].sort((a, b) => apart(a) - apart(b));
  return nearest !== undefined && apart(nearest) <= SAME_DISC_MM ? nearest : null;
}

/** The longest run of sac behind a disc, in the disc's plane: masks have a few specks in front of it. */
function sacBehind({ column, row, along: [ax, ay] }: Part, { slice, labels }: MaskedSlice) {
  const { rows, columns, columnSpacingMm } = slice.plane;
  let [longest, run]: [number[], number[]] = [[], []];
  for (let mm = BEHIND_MM.from; mm <= BEHIND_MM.to; mm += BEHIND_MM.step) {
    const [x, y] = [
      Math.round(column + (ax * mm) / columnSpacingMm),
      Math.round(row + (ay * mm) / columnSpacingMm),
    ];
    if (x < 0 || y < 0 || x >= columns || y >= rows) break;
    run = labels[y * columns + x] === LABEL.sac ? [...run, mm] : [];
    if (run.length > longest.length) longest = run;
  }
  if (longest.length === 0) return null;
  const middle = (longest[0]! + longest.at(-1)!) / 2 / columnSpacingMm;
  return {
    lengthMm: longest.length * BEHIND_MM.step,
    middleMm: pixelToPatient(slice.plane, column + ax * middle, row + ay * middle),
  };
}
