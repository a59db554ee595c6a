import { LEVELS } from '../../domain/level.ts';
import type { Point } from '../../domain/point.ts';
import type { Anatomy } from '../anatomy/anatomy.ts';
import { FIRST_LUMBAR_DISC, FIRST_SACRAL } from '../anatomy/vertebra.ts';
import { discMargin } from '../shape/body-margin.ts';
import { backWall, frontWall } from '../shape/canal-walls.ts';
import { patientPoint } from '../shape/patient-point.ts';

/** Discs a localiser is trained on, from cranial to caudal: the five graded and their neighbours. */
export const LANDMARKS = ['T11/T12', 'T12/L1', ...LEVELS, 'S1/S2'] as const;
export type Landmark = (typeof LANDMARKS)[number];

/** Where a disc and the canal beside it are in the patient, LPS, mm. */
export interface DiscTruth<Name> {
  readonly level: Name;
  /** Centre of the disc. */
  readonly discMm: Point;
  /** Centre of the spinal canal, that is of the dural sac, in the plane of the disc. */
  readonly canalMm: Point;
}

/** Disc index of a landmark. */
export function discIndex(landmark: Landmark): number {
  return landmark === 'S1/S2' ? FIRST_SACRAL : FIRST_LUMBAR_DISC - 2 + LANDMARKS.indexOf(landmark);
}

/** The places of one disc, from the anatomy's geometry. */
export function discTruth<Name extends Landmark>(anatomy: Anatomy, level: Name): DiscTruth<Name> {
  const disc = discIndex(level);
  const [above, below] = [anatomy.vertebrae[disc]!, anatomy.vertebrae[disc + 1]!];
  const segment = anatomy.segments[disc]!;
  // What a reader points at is the dural sac, not the fat before and behind it.
  const sacFront = segment.anteriorFatMm;
  const sacBack = sacFront + 2 * segment.sacHalfDepthMm + 1;
  const front = Math.max(sacFront, frontWall(segment, segment.sides[0], discMargin(above, below, 0), 0, 0));
  const back = Math.min(sacBack, backWall(segment, segment.sides[0], 0, 0.5, 0));
  return {
    level,
    discMm: patientPoint(anatomy.vertebrae, disc, 0.5, 0, -(above.halfDepthMm + below.halfDepthMm) / 2),
    canalMm: patientPoint(anatomy.vertebrae, disc, 0.5, 0, (front + back) / 2),
  };
}
