import type { Point } from '../../domain/point.ts';
import type { SeriesRole } from '../../domain/series-role.ts';
import type { Random } from '../random.ts';
import type { ProtocolFamily } from './protocol/protocol-family.ts';

/** Standard deviation along each axis. */
const MOVEMENT_MM = 0.7;

/** How far the patient has moved since the sagittal T2 series was planned, mm: headers do not know of it. */
export function drawMovement(random: Random, role: SeriesRole, family: ProtocolFamily): Point {
  const still = role === 'sagittal-t2' || family === 'demo';
  const step = () => random.normal(0, still ? 0 : MOVEMENT_MM);
  return [step(), step(), step()];
}
