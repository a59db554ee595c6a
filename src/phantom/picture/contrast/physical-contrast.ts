import type { Anatomy } from '../../anatomy/anatomy.ts';
import type { Random } from '../../random.ts';
import type { Contrast, Weighting } from './contrast.ts';
import { spinEchoContrast } from './spin-echo-contrast.ts';

/** Contrast of a fast spin echo (or STIR) with TE and TR from clinical ranges, tissue values varied by patient. */
export function physicalContrast(
  anatomy: Anatomy,
  weighting: Weighting,
  fatSuppressed: boolean,
  random: Random,
): Contrast {
  const inversionTimeMs = fatSuppressed ? random.uniform(145, 175) : null;
  const repetitionTimeMs = weighting === 'T1' ? random.uniform(400, 750) : random.uniform(2600, 5200);
  const echoTimeMs =
    weighting === 'T1'
      ? random.uniform(7, 14)
      : fatSuppressed
        ? random.uniform(40, 75)
        : random.uniform(82, 125);
  return spinEchoContrast(anatomy, { weighting, repetitionTimeMs, echoTimeMs, inversionTimeMs }, random);
}
