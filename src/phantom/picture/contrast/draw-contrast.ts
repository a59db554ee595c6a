import type { SeriesRole } from '../../../domain/series-role.ts';
import type { Anatomy } from '../../anatomy/anatomy.ts';
import type { PhantomOptions } from '../../phantom-options.ts';
import type { Random } from '../../random.ts';
import type { Contrast } from './contrast.ts';
import { physicalContrast } from './physical-contrast.ts';
import { randomContrast } from './random-contrast.ts';

/** Draws the contrast of a series: physical or random as the options say, sagittal T2 in some as STIR. */
export function drawContrast(
  anatomy: Anatomy,
  role: SeriesRole,
  options: PhantomOptions,
  random: Random,
): Contrast {
  const weighting = role === 'sagittal-t1' ? 'T1' : 'T2';
  const mode = options.contrast ?? 'physical';
  const [mixed, suppressed] = [random.chance(0.5), random.chance(0.3)];
  if (mode === 'random' || (mode === 'mixed' && mixed)) return randomContrast(anatomy, weighting, random);
  const fatSuppressed =
    role === 'sagittal-t2' &&
    (options.stir ?? (options.family !== undefined && options.family !== 'demo' && suppressed));
  return physicalContrast(anatomy, weighting, fatSuppressed, random);
}
