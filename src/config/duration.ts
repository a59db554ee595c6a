/** Milliseconds. */
export const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000] as const;
