import { DatabaseFault, isDiskFull } from '../database/database-fault.ts';
import { archiveFaultOf } from '../dicomweb/archive-gate.ts';
import type { ObserveStage, Stage } from '../domain/stage.ts';
import type { AnalyzeStudy } from '../results/analysis-outcome.ts';
import type { AnalysisFailure } from './analysis-record.ts';
import type { Conclusion } from './ledger/final-columns.ts';
import type { Run } from './ledger/run.ts';

/** How one run ended. Interrupted: by its signal, for a reason that says nothing about the study. */
export type RunResult =
  | Conclusion
  | { readonly kind: 'fault'; readonly failure: AnalysisFailure; readonly error: unknown }
  | { readonly kind: 'interrupted' };

/** Told of every stage; a rejection fails the run. */
export interface RunObserver {
  stageBegun(stage: Stage): Promise<void>;
  stageEnded(stage: Stage, ms: number): Promise<void>;
}

/**
 * Runs the analysis to its end, its time limit, or the abort of `signal`, whichever comes first. An analysis that
 * does not heed its signal is left behind: no stage of it begins any more.
 */
export async function runAnalysis(
  analyze: AnalyzeStudy,
  run: Run,
  options: { readonly signal: AbortSignal; readonly timeoutMs: number; readonly observer: RunObserver },
): Promise<RunResult> {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = AbortSignal.any([options.signal, timeout]);
  let begun: Stage | null = null;
  let failed: Stage | null = null;
  const observe: ObserveStage = async (stage, work) => {
    signal.throwIfAborted();
    begun = stage;
    const startedAt = performance.now();
    try {
      await options.observer.stageBegun(stage);
      const result = await work();
      await options.observer.stageEnded(stage, performance.now() - startedAt);
      return result;
    } catch (error) {
      failed ??= stage;
      throw error;
    }
  };
  try {
    return await Promise.race([analyze(run.studyInstanceUid, { signal, observe }), rejectOnAbort(signal)]);
  } catch (error) {
    if (options.signal.aborted) return { kind: 'interrupted' };
    const stage = failed ?? begun;
    if (timeout.aborted) return fault(stage, `not finished within ${options.timeoutMs} ms`, true, error);
    return fault(stage, error instanceof Error ? error.message : String(error), isRetryable(error), error);
  }
}

function fault(stage: Stage | null, words: string, retryable: boolean, error: unknown): RunResult {
  const reason = `${stage ?? 'before the first stage'}: ${words}`.slice(0, 1000);
  const code = archiveFaultOf(error)?.code ?? databaseFaultOf(error);
  return { kind: 'fault', failure: { stage, code, reason, retryable }, error };
}

function databaseFaultOf(error: unknown): DatabaseFault['code'] | null {
  if (error instanceof DatabaseFault) return error.code;
  return isDiskFull(error) ? 'disk-full' : null;
}

/** Adapters say it of their own errors; of anything else but a full disk another try is not expected to help. */
function isRetryable(error: unknown): boolean {
  return (error instanceof Error && 'retryable' in error && error.retryable === true) || isDiskFull(error);
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
