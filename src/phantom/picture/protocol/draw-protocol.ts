import type { SeriesRole } from '../../../domain/series-role.ts';
import type { Anatomy } from '../../anatomy/anatomy.ts';
import type { Random } from '../../random.ts';
import { axialSeries } from './axial-series.ts';
import { type ProtocolFamily, RANGES } from './protocol-family.ts';
import { sagittalSeries } from './sagittal-series.ts';
import type { SeriesGeometry } from './slice-stack.ts';

/** Draws the planes of all three series for one patient. */
export function drawProtocol(
  anatomy: Anatomy,
  family: ProtocolFamily,
  random: Random,
): Record<SeriesRole, SeriesGeometry> {
  const ranges = RANGES[family];
  const wobble = family === 'demo' ? 0.4 : 1;
  return {
    'sagittal-t1': sagittalSeries(anatomy, random, ranges, wobble),
    'sagittal-t2': sagittalSeries(anatomy, random, ranges, wobble),
    'axial-t2': axialSeries(anatomy, random, ranges, wobble, family === 'demo' || random.chance(0.45)),
  };
}
