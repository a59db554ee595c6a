import { archiveFaultOf } from '../dicomweb/archive-gate.ts';
import { concludeAnalysis } from './conclude-analysis.ts';
import type { HeldJob } from './job-board.ts';
import type { Run } from './ledger/run.ts';
import { putBack } from './put-back.ts';
import { LONGEST_DELAY_MS, retryDelayMs } from './retry-delay.ts';
import type { RunResult } from './run-analysis.ts';
import type { Workshop } from './workshop.ts';

/** What is not the study's fault is not held against it; what may pass is tried again, so often; else it has failed. */
export async function settleFault(
  workshop: Workshop,
  run: Run,
  job: HeldJob,
  { failure, error }: Extract<RunResult, { kind: 'fault' }>,
  ms: number,
): Promise<void> {
  const { events, limits, gate, stop } = workshop;
  if (await gate?.isAway(error, stop)) {
    const waits = { ...failure, code: gate?.closed ?? failure.code, retryable: true };
    if (await putBack(workshop, run, job, { failure: waits, counts: false, delayMs: 0 })) return;
    return events.analysisPutBack(run, 'what it needs is away');
  }
  if (gate !== null && failure.code === 'archive-refuses-credentials') {
    // Of this request alone: somebody has to allow it, and until then the study is not given up.
    const delayMs = retryDelayMs(limits.retryDelayMs, run.attempt);
    if (
      await putBack(workshop, run, job, { failure: { ...failure, retryable: true }, counts: false, delayMs })
    )
      return;
    return events.analysisRetried(run, failure, delayMs, error);
  }
  if (failure.code === 'disk-full' || failure.code === 'database-unavailable') {
    // Of the system alone: until there is room, or the database is back, nothing is held against the study.
    const delayMs = retryDelayMs(limits.retryDelayMs, run.attempt);
    if (await putBack(workshop, run, job, { failure, counts: false, delayMs })) return;
    return events.analysisRetried(run, failure, delayMs, error);
  }
  const askedMs = archiveFaultOf(error)?.retryAfterMs ?? null;
  if (failure.retryable && askedMs !== null) {
    // 429, or 503 to this request alone: the archive says when to come again, and holds nothing against the study.
    const delayMs = Math.max(
      retryDelayMs(limits.retryDelayMs, run.attempt),
      Math.min(askedMs, LONGEST_DELAY_MS),
    );
    await putBack(workshop, run, job, { failure, counts: false, delayMs });
    return events.analysisRetried(run, failure, delayMs, error);
  }
  const faults = run.faults + 1;
  if (failure.retryable && faults <= limits.retryLimit) {
    const delayMs = retryDelayMs(limits.retryDelayMs, faults);
    if (await putBack(workshop, run, job, { failure, counts: true, delayMs })) return;
    return events.analysisRetried(run, failure, delayMs, error);
  }
  const reason = faults > 1 ? `${failure.reason} (given up after ${faults} attempts)` : failure.reason;
  await concludeAnalysis(workshop, run, job, { kind: 'failed', failure: { ...failure, reason } }, ms, error);
}
