import type { Anatomy } from '../anatomy/anatomy.ts';
import type { Habitus } from '../anatomy/habitus.ts';
import { FIRST_SACRAL } from '../anatomy/vertebra.ts';
import { patientPoint } from './patient-point.ts';

/** Fat behind the spinous processes by disc index: thin at L1, thick over the sacrum. */
function fatAt(habitus: Habitus, disc: number): number {
  const share = Math.min(1, Math.max(0, (disc - 6.5) / 4.5));
  return habitus.backFatMm + share * (habitus.sacralFatMm - habitus.backFatMm);
}

/**
 * The skin over the tip of each spinous process (patient, mm), and how deep the furrow between the muscles is
 * there, mm.
 */
export function midline(anatomy: Anatomy) {
  const { vertebrae, segments, habitus } = anatomy;
  return segments.map((segment, disc) => {
    const tip = disc >= FIRST_SACRAL ? 8 : segment.spinousLengthMm + 3;
    const at = patientPoint(vertebrae, disc, 0.35, 0, segment.canalDepthMm + tip);
    const furrow = habitus.furrowMm * (disc < 8 ? 1 : disc < 10 ? 0.6 : 0.1);
    return { x: at[0], y: at[1] + fatAt(habitus, disc), z: at[2], furrow };
  });
}
