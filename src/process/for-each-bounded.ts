/**
 * Runs `run` for one item after another, so many side by side, in order of beginning. No further one begins once the
 * signal has aborted or `enough` says so.
 */
export async function forEachBounded<T>(
  items: readonly T[],
  concurrency: number,
  { signal, enough }: { readonly signal: AbortSignal; readonly enough: () => boolean },
  run: (item: T) => Promise<void>,
): Promise<void> {
  const remaining = items.values();
  const worker = async () => {
    for (const item of remaining) {
      if (signal.aborted || enough()) return;
      await run(item);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(concurrency, items.length)) }, worker));
}
