import { seededRandom } from '../random.ts';
import { FIRST_LUMBAR_DISC, FIRST_SACRAL } from './vertebra.ts';

/** Wear of a patient's discs that no grade depends on. */
export interface Wear {
  /** 0 … 1. */
  readonly patient: number;
  /** Per disc: 0 = full height, 1 = collapsed. */
  readonly heightLoss: readonly number[];
  readonly listhesisMm: readonly number[];
  readonly hydration: readonly number[];
}

/** Discs wear from below: the share of wear each lumbar disc takes, L1/L2 … L5/S1. */
const LEVEL_WEAR = [0.35, 0.45, 0.6, 0.9, 0.9];

/** Draws the wear of every disc but the lowest of the sacrum; `patient` (0 … 1) is how worn they are as a whole. */
export function drawWear(seed: number, patient: number): Wear {
  const random = seededRandom(seed, 'discs');
  const heightLoss: number[] = [];
  const listhesisMm: number[] = [];
  const hydration: number[] = [];
  for (let disc = 0; disc < FIRST_SACRAL + 4; disc++) {
    const level = LEVEL_WEAR[disc - FIRST_LUMBAR_DISC];
    const susceptibility = level ?? 0.3;
    const wear = Math.min(1, Math.max(0, susceptibility * (0.25 + 1.1 * patient) + random.normal(0, 0.22)));
    const [slips, slip, loss] = [random.next(), random.uniform(3.8, 9), random.uniform(0.4, 1)];
    heightLoss.push(disc >= FIRST_SACRAL ? 0 : Math.max(0, wear - 0.35) * 1.4 * loss);
    hydration.push(Math.min(1, Math.max(0, 1.1 - 1.15 * wear)));
    const slipRate = level === undefined ? 0 : [0.02, 0.03, 0.05, 0.12, 0.07][disc - FIRST_LUMBAR_DISC]!;
    // A slip backwards is common and slight.
    const slight = slips > 1 - 0.12 * patient && level !== undefined ? -0.25 * slip : random.normal(0, 0.5);
    listhesisMm.push(slips < slipRate * (0.5 + patient) ? slip : slight);
  }
  return { patient, heightLoss, listhesisMm, hydration };
}
