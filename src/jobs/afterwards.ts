import type { AnalysisOutcome, AnalysisRun } from '../results/analysis-outcome.ts';

/**
 * What an analysis does after its outcome is known: it begins when the outcome has been written down, is waited for as
 * long as its signal allows, and can change nothing any more.
 */
export interface Afterwards {
  /** For the analysis. */
  readonly conclude: NonNullable<AnalysisRun['conclude']>;
  /** What the analysis tells, or else what it ends with. */
  outcomeOf(analysis: Promise<AnalysisOutcome>): Promise<AnalysisOutcome>;
  /** The outcome is written down. Resolves when the analysis has ended too, or is left behind. */
  begin(): Promise<void>;
  /** What has not begun never will. */
  drop(): void;
}

/** @param signal ends what is done afterwards. */
export function afterwards(signal: AbortSignal): Afterwards {
  const told = Promise.withResolvers<AnalysisOutcome>();
  const written = Promise.withResolvers<AbortSignal>();
  const over = Promise.withResolvers<void>();
  written.promise.catch(() => undefined);
  let isTold = false;
  return {
    conclude(outcome) {
      isTold = true;
      told.resolve(outcome);
      return written.promise;
    },
    outcomeOf(analysis) {
      analysis.then(
        () => over.resolve(),
        () => over.resolve(),
      );
      return Promise.race([analysis, told.promise]);
    },
    async begin() {
      if (!isTold) return;
      written.resolve(signal);
      signal.addEventListener('abort', () => over.resolve(), { once: true });
      if (!signal.aborted) await over.promise;
    },
    drop: () => written.reject(new Error('the outcome was not written down')),
  };
}
