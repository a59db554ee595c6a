/** Who asks while an answer is being found gets that one. */
export function sharedWhileRunning<Result>(ask: () => Promise<Result>): () => Promise<Result> {
  let running: Promise<Result> | null = null;
  return () => {
    running ??= ask().finally(() => {
      running = null;
    });
    return running;
  };
}
