import type { LocalisedLevel } from '../../domain/assessment.ts';
import { LEVELS } from '../../domain/level.ts';
import { along, midpoint, type Point, subtract } from '../../domain/point.ts';
import { LABEL } from '../../domain/structure.ts';
import { connectedParts } from '../../measure/connected-parts.ts';
import { patientToPixel } from '../../volume/plane-geometry.ts';
import type { SlicePlane } from '../../volume/volume.ts';
import { SEGMENT_VALUE, type SegmentName, VERTEBRAE } from './segments.ts';

/** A disc or vertebra is the part with a pixel this near to where its middle is expected, mm. */
const NEAR_MM = 5;

/** Where in the patient the middle of something is expected. */
export interface ExpectedMiddle {
  readonly name: SegmentName;
  readonly middleMm: Point;
}

/**
 * Middles of the bodies above, between and below the discs that were found; half a step beyond the first and the last
 * of them, in the direction of the next disc. None where the disc beside it was not found.
 */
export function expectedBodies(levels: readonly LocalisedLevel[]): readonly ExpectedMiddle[] {
  const discs = LEVELS.map((level) => levels.find((each) => each.level === level)?.discMm);
  return VERTEBRAE.flatMap((name, i): ExpectedMiddle[] => {
    const [above, below] = [discs[i - 1], discs[i]];
    if (above && below) return [{ name, middleMm: midpoint(above, below) }];
    const [second, last] = [discs[1], discs[LEVELS.length - 2]];
    if (i === 0 && below && second) return [{ name, middleMm: along(below, subtract(below, second), 0.5) }];
    if (i === LEVELS.length && above && last) {
      return [{ name, middleMm: along(above, subtract(above, last), 0.5) }];
    }
    return [];
  });
}

/** The discs that were found. */
export function expectedDiscs(levels: readonly LocalisedLevel[]): readonly ExpectedMiddle[] {
  return levels.map(({ level, discMm }) => ({ name: level, middleMm: discMm }));
}

/**
 * SEGMENT_VALUE of each pixel of a slice: its labels, with the parts that hold the middle of one disc or body named for
 * it. A part in which two are expected is named for neither.
 */
export function nameParts(
  labels: Uint8Array,
  plane: SlicePlane,
  discs: readonly ExpectedMiddle[],
  bodies: readonly ExpectedMiddle[],
): Uint8Array {
  const named = new Uint8Array(labels.length);
  labels.forEach((label, i) => {
    if (label === LABEL.sac) named[i] = SEGMENT_VALUE.sac;
    else if (label === LABEL.epidural) named[i] = SEGMENT_VALUE.epidural;
  });
  for (const [label, without, expected] of [
    [LABEL.disc, 'disc', discs],
    [LABEL.vertebra, 'vertebra', bodies],
  ] as const) {
    const parts = connectedParts(labels, plane.rows, plane.columns, label);
    const nearest = expected.map(({ name, middleMm }) => ({
      name,
      part: nearestPart(parts, plane, middleMm),
    }));
    for (const part of parts) {
      const names = nearest.filter((each) => each.part === part).map(({ name }) => name);
      const value = SEGMENT_VALUE[names.length === 1 ? names[0]! : without];
      for (const member of part.members) named[member] = value;
    }
  }
  return named;
}

/** The part with the pixel nearest to the foot of a point on the slice; null where none is near. */
function nearestPart<Part extends { readonly members: readonly number[] }>(
  parts: readonly Part[],
  plane: SlicePlane,
  pointMm: Point,
): Part | null {
  const { column, row } = patientToPixel(plane, pointMm);
  let [best, bestMm]: [Part | null, number] = [null, NEAR_MM];
  for (const part of parts) {
    for (const member of part.members) {
      const across = ((member % plane.columns) - column) * plane.columnSpacingMm;
      const down = (Math.floor(member / plane.columns) - row) * plane.rowSpacingMm;
      const mm = Math.hypot(across, down);
      if (mm < bestMm) [best, bestMm] = [part, mm];
    }
  }
  return best;
}
