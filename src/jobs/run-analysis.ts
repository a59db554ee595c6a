import { DatabaseFault, isDiskFull } from '../database/database-fault.ts';
import { faultOf } from '../domain/fault.ts';
import type { ObserveStage, Stage } from '../domain/stage.ts';
import { unlessAborted } from '../process/unless-aborted.ts';
import type { AnalysisRun, AnalyzeStudy } from '../results/analysis-outcome.ts';
import type { Afterwards } from './afterwards.ts';
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
  stageEnded(stage: Stage, ms: number): void;
}

/**
 * Runs the analysis to its end, its time limit, or the abort of `signal`, whichever comes first. An analysis that
 * does not heed its signal is left behind: no stage of it begins any more.
 */
export async function runAnalysis(
  analyze: AnalyzeStudy,
  run: Run,
  options: {
    readonly signal: AbortSignal;
    /** Aborted when somebody wants this analysis to end. */
    readonly cancelled: AbortSignal;
    readonly timeoutMs: number;
    readonly observer: RunObserver;
    readonly after: Pick<Afterwards, 'conclude' | 'outcomeOf'>;
  },
): Promise<RunResult> {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = AbortSignal.any([options.signal, options.cancelled, timeout]);
  let begun: Stage | null = null;
  let failed: Stage | null = null;
  const observe: ObserveStage = async (stage, work) => {
    signal.throwIfAborted();
    begun = stage;
    const startedAt = performance.now();
    try {
      await options.observer.stageBegun(stage);
      signal.throwIfAborted();
      const result = await work();
      options.observer.stageEnded(stage, performance.now() - startedAt);
      return result;
    } catch (error) {
      failed ??= stage;
      throw error;
    }
  };
  try {
    const { conclude, outcomeOf } = options.after;
    const outcome = outcomeOf(
      analyze(run.studyInstanceUid, { signal, observe, conclude, asked: askedOf(run) }),
    );
    return await unlessAborted(outcome, signal);
  } catch (error) {
    if (options.cancelled.aborted) return { kind: 'cancelled' };
    if (options.signal.aborted) return { kind: 'interrupted' };
    const stage = failed ?? begun;
    const { code, retryable } = faultOf(error) ?? fullDisk(error) ?? { code: null, retryable: false };
    if (!timeout.aborted) {
      const words = error instanceof Error ? error.message : String(error);
      return failedRun({ stage, code, retryable }, words, error);
    }
    const late = { stage, code: code ?? 'not-in-time', retryable: true } as const;
    return failedRun(late, `not finished within ${options.timeoutMs} ms`, error);
  }
}

/** The same in every attempt: what was composed for one of them is what the next one stores. */
function askedOf({ id, forced, seriesOverride }: Run): NonNullable<AnalysisRun['asked']> {
  return { revision: forced ? id : null, series: seriesOverride };
}

function failedRun(of: Omit<AnalysisFailure, 'reason'>, words: string, error: unknown): RunResult {
  const reason = `${of.stage ?? 'before the first stage'}: ${words}`.slice(0, 1000);
  return { kind: 'fault', failure: { ...of, reason }, error };
}

/** A disk may be full for whoever writes, with an error that is none of ours. */
function fullDisk(error: unknown): DatabaseFault | null {
  return isDiskFull(error) ? new DatabaseFault('disk-full', '', error) : null;
}
