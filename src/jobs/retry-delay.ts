/** However often a study failed, it is tried again within this time. */
export const LONGEST_DELAY_MS = 10 * 60_000;

/**
 * Milliseconds to wait before the next attempt: doubled with every fault, the upper half of it random so that
 * studies that failed together do not return together.
 * @param faults how many there have been, 1 or more.
 */
export function retryDelayMs(
  firstDelayMs: number,
  faults: number,
  random: () => number = Math.random,
): number {
  const limit = Math.max(firstDelayMs, LONGEST_DELAY_MS);
  const whole = Math.min(limit, firstDelayMs * 2 ** Math.min(faults - 1, 30));
  return Math.round(whole * (0.5 + random() / 2));
}
