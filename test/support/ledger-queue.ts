import type { Database } from '../../src/database/sql.ts';
import type { ArchiveGate } from '../../src/dicomweb/archive-gate.ts';
import { type AnalysisReader, analysisReader } from '../../src/jobs/analysis-reader.ts';
import { type AnalysisSteering, analysisSteering } from '../../src/jobs/analysis-steering.ts';
import { type AnalysisSubmitter, analysisSubmitter } from '../../src/jobs/analysis-submitter.ts';
import {
  type AnalysisWorker,
  openAnalysisWorker,
  type WorkerSettings,
} from '../../src/jobs/analysis-worker.ts';
import { openJobBoard } from '../../src/jobs/job-board.ts';
import { LONGEST_DELAY_MS } from '../../src/jobs/retry-delay.ts';
import type { Events } from '../../src/observe/events/events.ts';
import { workInHand } from '../../src/process/work-in-hand.ts';

/** What submits, what reads and what works, over one database in one process. */
export type TestQueue = AnalysisSubmitter &
  AnalysisReader &
  AnalysisWorker & { readonly steering: AnalysisSteering };

/** Opens all three; `stop` stops all three and closes the board. */
export async function openTestQueue(
  database: Database,
  events: Events,
  settings: WorkerSettings & { readonly heartbeatSeconds?: number },
  gate: ArchiveGate | null = null,
): Promise<TestQueue> {
  const board = await openJobBoard(database, events, {
    longestDelaySeconds: LONGEST_DELAY_MS / 1000,
    heartbeatSeconds: settings.heartbeatSeconds ?? 30,
  });
  const stopping = new AbortController();
  const submitter = analysisSubmitter(database, board, events, stopping.signal);
  const worker = await openAnalysisWorker({ database, board, events, gate, hand: workInHand() }, settings);
  return {
    ...analysisReader(database, gate),
    submit: submitter.submit,
    askedBefore: submitter.askedBefore,
    steering: analysisSteering(database, board, events, submitter.submit),
    get stopping() {
      return submitter.stopping;
    },
    work: worker.work,
    get running() {
      return worker.running;
    },
    async stop(options) {
      if (stopping.signal.aborted) return;
      stopping.abort();
      await worker.stop(options);
      await board.close();
    },
  };
}
