import type { AnalysisFailure } from './analysis-record.ts';

/**
 * How often the process may end in the middle of one and the same work on a study, a stage of its analysis or a look
 * of the watcher. After the first time the work is done alone, so only the study itself can reach the limit.
 */
export const CRASH_LIMIT = 3;
/** In whichever stages: for a study that ends the process now here, now there. */
export const INTERRUPTION_LIMIT = 10;

/** @param when in words: in the middle of what. */
export function poisonFailure(crashes: number, when: string): AnalysisFailure {
  const reason = `the process ended ${crashes} times ${when}`;
  return { stage: null, code: 'poison-study', reason, retryable: false };
}
