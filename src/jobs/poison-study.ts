import type { AnalysisFailure } from './analysis-record.ts';
import type { Run } from './ledger/run.ts';

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

/** Why a run is not begun any more; null where it may be. */
export function poisonOf({
  interruptions,
  stageInterruptions,
  interruptedStage,
}: Run): AnalysisFailure | null {
  if (stageInterruptions >= CRASH_LIMIT) {
    const stage = interruptedStage === null ? 'before the first stage' : `in the stage ${interruptedStage}`;
    return poisonFailure(stageInterruptions, `${stage} of this analysis`);
  }
  if (interruptions < INTERRUPTION_LIMIT) return null;
  return poisonFailure(interruptions, 'in the middle of this analysis');
}
