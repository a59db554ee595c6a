const [SECOND, MINUTE, HOUR] = [1, 60, 3600] as const;

/** Waits before the second attempt and each further one, seconds (Standard Webhooks 1.0.0, deliverability). */
const WAITS: readonly number[] = [
  5 * SECOND,
  MINUTE,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

/**
 * Seconds until the next attempt, null after the last. A fifth of each wait is random, up or down, so that what failed
 * together does not come back together.
 * @param attempts made so far, 1 or more.
 */
export function nextAttemptSeconds(attempts: number, random: () => number = Math.random): number | null {
  const wait = WAITS[attempts - 1];
  return wait === undefined ? null : wait * (0.8 + 0.4 * random());
}
