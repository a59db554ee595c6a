import { seededRandom } from '../../../phantom/random.ts';

/** An MR study as it reaches the archive. */
export interface Arrival {
  /** Minutes after midnight when its images begin to arrive. */
  readonly atMinute: number;
  readonly isLumbar: boolean;
  /** Minutes after the others when images of one of its series arrive, sent again by hand; null: all arrive together. */
  readonly lateMinutes: number | null;
}

/**
 * How many studies of a day end in each of its hours: out-patients from seven to nineteen with a peak before noon and one
 * after, emergencies at night. An assumption, not of any one hospital.
 */
export const HOURLY_SHARES = [
  6, 5, 4, 4, 4, 6, 14, 40, 75, 100, 110, 105, 70, 80, 105, 100, 80, 55, 35, 25, 18, 14, 10, 8,
] as const;
const LUMBAR_SHARE = 1 / 3;
const LATE_SHARE = 0.05;
const LATE_MINUTES = [10, 40] as const;

/** A day's MR studies in the order of their arrival. The same seed gives the same day. */
export function hospitalDay(studies: number, seed: number): readonly Arrival[] {
  const random = seededRandom(seed, 'hospital day');
  const total = HOURLY_SHARES.reduce((sum, share) => sum + share, 0);
  const arrivals = Array.from({ length: studies }, (): Arrival => {
    let left = random.uniform(0, total);
    const hour = HOURLY_SHARES.findIndex((share) => {
      left -= share;
      return left < 0;
    });
    const atMinute = 60 * hour + random.uniform(0, 60);
    const isLumbar = random.chance(LUMBAR_SHARE);
    const isLate = random.chance(LATE_SHARE);
    const late = random.uniform(...LATE_MINUTES);
    return { atMinute, isLumbar, lateMinutes: isLumbar && isLate ? late : null };
  });
  return arrivals.sort((a, b) => a.atMinute - b.atMinute);
}
