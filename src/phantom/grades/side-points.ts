import type { Level } from '../../domain/level.ts';
import type { Point } from '../../domain/point.ts';
import type { Anatomy } from '../anatomy/anatomy.ts';
import { discMargin } from '../shape/body-margin.ts';
import { backWall, frontWall, RECESS_OFFSET_MM } from '../shape/canal-walls.ts';
import { exitingRootP, FORAMEN_OFFSET_MM } from '../shape/foramen-shape.ts';
import { patientPoint } from '../shape/patient-point.ts';
import { discIndex } from './disc-truth.ts';

/** Where foramen and lateral recess of one side of a segment are in the patient, LPS, mm. */
export interface SidePoints {
  readonly level: Level;
  readonly side: 'left' | 'right';
  readonly foramenMm: Point;
  readonly recessMm: Point;
}

/** The places of one side of a segment, from the anatomy's geometry. */
export function sidePoints(anatomy: Anatomy, level: Level, side: 'left' | 'right'): SidePoints {
  const disc = discIndex(level);
  const [above, below] = [anatomy.vertebrae[disc]!, anatomy.vertebrae[disc + 1]!];
  const segment = anatomy.segments[disc]!;
  const half = segment.sides[side === 'left' ? 0 : 1];
  const sign = side === 'left' ? 1 : -1;
  const front = frontWall(segment, half, discMargin(above, below, RECESS_OFFSET_MM), RECESS_OFFSET_MM, 0);
  const back = backWall(segment, half, RECESS_OFFSET_MM, 0.5, 0);
  return {
    level,
    side,
    foramenMm: patientPoint(
      anatomy.vertebrae,
      disc,
      0.33,
      sign * FORAMEN_OFFSET_MM,
      exitingRootP(FORAMEN_OFFSET_MM),
    ),
    recessMm: patientPoint(anatomy.vertebrae, disc, 0.5, sign * RECESS_OFFSET_MM, (front + back) / 2),
  };
}
