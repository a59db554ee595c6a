import { concludeAnalysis } from './conclude-analysis.ts';
import type { HeldJob } from './job-board.ts';
import { forgiveInterruption } from './ledger/begin-run.ts';
import type { Run } from './ledger/run.ts';
import { putBack } from './put-back.ts';
import type { RunResult } from './run-analysis.ts';
import { settleFault } from './settle-fault.ts';
import type { Workshop } from './workshop.ts';

/** Writes down how a run ended, and what becomes of its job. */
export async function settleRun(
  workshop: Workshop,
  run: Run,
  job: HeldJob,
  result: RunResult,
  ms: number,
): Promise<void> {
  const { database, events, stop } = workshop;
  switch (result.kind) {
    case 'interrupted': {
      // Without the claim nothing else may be written: another worker has the job, or will.
      if (!stop.aborted) {
        if (database.kind === 'postgresql') await forgiveInterruption(database, run.id);
        return events.analysisPutBack(run, 'another process took the job over');
      }
      if (await putBack(workshop, run, job, { failure: null, counts: false, delayMs: 0 })) return;
      return events.analysisPutBack(run, 'the service is stopping');
    }
    case 'fault':
      return await settleFault(workshop, run, job, result, ms);
    default:
      return await concludeAnalysis(workshop, run, job, result, ms);
  }
}
