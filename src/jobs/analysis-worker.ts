import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../database/sql.ts';
import type { Events } from '../observe/events/events.ts';
import type { WorkInHand } from '../process/work-in-hand.ts';
import type { AnalyzeStudy } from '../results/analysis-outcome.ts';
import { cancelledRuns } from './cancelled-runs.ts';
import { jobHandler } from './handle-job.ts';
import type { JobBoard } from './job-board.ts';
import { noteStopping } from './ledger/requeue-run.ts';
import { mendJobs, recoverAnalyses } from './recover-analyses.ts';
import type { AttemptLimits, ObserveRun, WorkGate } from './workshop.ts';

/** Brings analyses to their end. */
export interface AnalysisWorker {
  /** Starts taking jobs. Called once. */
  work(analyze: AnalyzeStudy, observeRun?: ObserveRun): Promise<void>;
  /** Analyses that run in this process just now. */
  readonly running: number;
  /**
   * Takes no more work, lets running analyses finish within `timeoutMs`, then aborts them and puts them back.
   * Board and database stay open.
   */
  stop(options: { readonly timeoutMs: number }): Promise<void>;
}

export interface WorkerParts {
  readonly database: Database;
  readonly board: JobBoard;
  readonly events: Events;
  /** Null: every fault of what it stands for is held against the study. */
  readonly gate: WorkGate | null;
  /** Shared with the watcher of the process. */
  readonly hand: WorkInHand;
}

export interface WorkerSettings extends AttemptLimits {
  /** Analyses at a time in this process. */
  readonly concurrency: number;
}

/** How often jobs are looked over for what a clock that jumped did to them. */
const MEND_MS = 60_000;

/** Takes up what an earlier process left unfinished; nothing runs before `work` is called. */
export async function openAnalysisWorker(
  parts: WorkerParts,
  settings: WorkerSettings,
): Promise<AnalysisWorker> {
  const { database, board, events } = parts;
  const recovered = await recoverAnalyses(database, board);
  if (recovered > 0) events.analysesRecovered(recovered);
  const stop = new AbortController();
  const rest = new AbortController();
  const running = new Set<string>();
  const cancels = cancelledRuns(database, events);
  let mending: Promise<unknown> = Promise.resolve();
  const mender = setInterval(() => {
    mending = mendJobs(database, board).catch(events.queueFault);
  }, MEND_MS);
  mender.unref();
  return {
    async work(analyze, observeRun = (_, work) => work()) {
      const signals = { rest: rest.signal, stop: stop.signal };
      await board.work(
        settings.concurrency,
        jobHandler({ ...parts, ...signals, limits: settings, analyze, observeRun, running, cancels }),
      );
    },
    get running() {
      return running.size;
    },
    async stop({ timeoutMs }) {
      if (rest.signal.aborted) return;
      clearInterval(mender);
      rest.abort();
      await mending;
      // Whatever becomes of the process from here on.
      if (running.size > 0) await noteStopping(database, [...running]).catch(events.queueFault);
      const settled = new AbortController();
      const resting = board.rest().finally(() => settled.abort());
      await Promise.race([
        resting,
        delay(timeoutMs, undefined, { signal: settled.signal }).catch(() => undefined),
      ]);
      stop.abort();
      await resting;
      await cancels.close();
    },
  };
}
