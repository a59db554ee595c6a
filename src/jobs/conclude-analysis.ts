import { withoutRestriction } from '../domain/series-role.ts';
import type { Events } from '../observe/events/events.ts';
import { AS_EVER, type SubmitOptions } from './analysis-request.ts';
import type { HeldJob } from './job-board.ts';
import { concludeRun } from './ledger/conclude-run.ts';
import type { Conclusion } from './ledger/final-columns.ts';
import { openAnalysis } from './ledger/open-analysis.ts';
import type { Run } from './ledger/run.ts';
import { setAside } from './ledger/set-aside.ts';
import type { Workshop } from './workshop.ts';

/** After these nothing is known that was not before of whether the study ends processes. */
const LEAVES_ASIDE: readonly Conclusion['kind'][] = ['failed', 'cancelled'];
const CHANGED_MEANWHILE = { why: 'changed-meanwhile', waitedMs: null } as const;

/** Closes an analysis and its job in one transaction, opens the next where the study changed, and tells of it. */
export async function concludeAnalysis(
  { database, board, events }: Pick<Workshop, 'database' | 'board' | 'events'>,
  run: Run,
  job: HeldJob,
  conclusion: Conclusion,
  ms = 0,
  error?: unknown,
): Promise<void> {
  const isPoison = conclusion.kind === 'failed' && conclusion.failure.code === 'poison-study';
  const { closed, next } = await database.transaction(async (sql) => {
    const closed = await concludeRun(sql, run, conclusion);
    await board.complete(sql, job);
    // A study whose analysis comes to an end ends no process; one whose analysis fails is not known to.
    if (closed && (isPoison || !LEAVES_ASIDE.includes(conclusion.kind))) {
      await setAside(sql, run.studyInstanceUid, isPoison);
    }
    if (closed === null || !closed.runAgain || isPoison) return { closed, next: null };
    const next = await openAnalysis(sql, run.studyInstanceUid, 'watch', followUp(run));
    if (next.created) await board.add(sql, { id: next.jobId, analysisId: next.id, rank: next.rank });
    return { closed, next };
  });
  if (closed === null) return events.analysisPutBack(run, 'another process took the job over');
  if (next !== null) {
    events.studySubmitted({ ...run, id: next.id }, 'watch', next.created, CHANGED_MEANWHILE);
    board.wake();
  }
  tellWarnings(events, run, conclusion, closed.toldObjects);
  switch (conclusion.kind) {
    case 'stored':
      return events.analysisStored(run, ms, closed.delay);
    case 'ineligible':
      return events.analysisIneligible(run, conclusion.reasons);
    case 'cancelled':
      return events.analysisCancelled(run);
    case 'failed': {
      const { failure } = conclusion;
      return events.analysisFailed(run, failure, error ?? new Error(failure.reason));
    }
  }
}

/** How the study is to be read has not changed with its images; that only some were to be read was one step's wish. */
function followUp({ traceparent, priority, seriesOverride: series }: Run): SubmitOptions {
  const request = { ...AS_EVER, priority, series: withoutRestriction(series) };
  return { occasion: CHANGED_MEANWHILE, traceparent, request };
}

/** What the archive had to say of the objects it stored, of each once. */
function tellWarnings(
  events: Events,
  { studyInstanceUid }: Run,
  conclusion: Conclusion,
  told: readonly string[],
): void {
  if (conclusion.kind === 'failed' || conclusion.kind === 'cancelled') return;
  const results = conclusion.kind === 'stored' ? conclusion.results : conclusion.notice;
  for (const { kind, warning, sopInstanceUid } of results?.objects ?? []) {
    if (warning !== null && !told.includes(sopInstanceUid))
      events.objectStoredWithWarning(studyInstanceUid, kind, warning);
  }
}
