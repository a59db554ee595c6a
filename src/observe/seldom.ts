/**
 * Lets something be said of each key at most once in so many milliseconds.
 * @returns calls `say` with how often the key came up since it was last said, this time included, or not at all. Keys
 * must be few: all are remembered.
 */
export function seldom(everyMs: number, nowMs: () => number = () => performance.now()) {
  const known = new Map<string, { saidAtMs: number; count: number }>();
  return (key: string, say: (count: number) => void): void => {
    const now = nowMs();
    const { saidAtMs, count } = known.get(key) ?? { saidAtMs: Number.NEGATIVE_INFINITY, count: 0 };
    const isDue = now - saidAtMs >= everyMs;
    known.set(key, isDue ? { saidAtMs: now, count: 0 } : { saidAtMs, count: count + 1 });
    if (isDue) say(count + 1);
  };
}
