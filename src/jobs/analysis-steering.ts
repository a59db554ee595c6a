import type { Database } from '../database/sql.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import type { Events } from '../observe/events/events.ts';
import type { AnalysisRequest } from './analysis-request.ts';
import type { AnalysisSubmitter, Submitted } from './analysis-submitter.ts';
import type { JobBoard } from './job-board.ts';
import { acknowledgeAnalysis } from './ledger/acknowledge-analysis.ts';
import type { AnalysisFilter } from './ledger/analysis-filter.ts';
import { cancelAnalysis } from './ledger/cancel-analysis.ts';
import { type Repeatable, repeatable, repeatables } from './ledger/repeatables.ts';
import { RequestError } from './request-errors.ts';

/** An analysis that is repeated, and by which. */
export interface Retried extends Pick<Submitted, 'id'> {
  readonly studyInstanceUid: StudyInstanceUid;
  readonly of: string;
}

/** What people do about analyses. */
export interface AnalysisSteering {
  /**
   * Cancels an analysis: one that waits at once, one that runs at its next wait, in whichever process.
   * @throws RequestError `not-found`, `analysis-final`, `too-late-to-cancel`
   */
  cancel(id: string): Promise<void>;
  /**
   * Asks again for an analysis that came to nothing, in the same way; one that waits for its next attempt begins now.
   * @throws RequestError `not-found`, `nothing-to-retry` of one that is stored
   */
  retry(id: string): Promise<Submitted & { readonly studyInstanceUid: StudyInstanceUid }>;
  /**
   * The same of every analysis that fits, the oldest first, of studies of which nobody has asked for another since.
   * @param priority instead of the one each had.
   * @returns also how many more fit.
   */
  retryAll(
    filter: AnalysisFilter,
    limit: number,
    priority?: AnalysisRequest['priority'],
  ): Promise<{ readonly retried: readonly Retried[]; readonly remaining: number }>;
  /** Takes note of an analysis that failed. @throws RequestError `not-found`, `not-failed` */
  acknowledge(id: string): Promise<void>;
}

export function analysisSteering(
  database: Database,
  board: Pick<JobBoard, 'drop' | 'beginNow' | 'wake'>,
  events: Events,
  submit: AnalysisSubmitter['submit'],
): AnalysisSteering {
  const again = ({ studyInstanceUid, request }: Repeatable) => submit(studyInstanceUid, 'api', { request });
  return {
    async cancel(id) {
      const became = await database.transaction(async (sql) => {
        const became = await cancelAnalysis(sql, id);
        if (became.kind === 'cancelled') await board.drop(sql, became.jobId);
        return became;
      });
      switch (became.kind) {
        case 'unknown':
          throw new RequestError('not-found');
        case 'final':
          throw new RequestError('analysis-final');
        case 'too-late':
          throw new RequestError('too-late-to-cancel');
        case 'cancelled':
          return events.analysisCancelled({ id, studyInstanceUid: became.studyInstanceUid });
        case 'cancelling':
      }
    },
    async retry(id) {
      const found = await repeatable(database, id);
      if (found === null) throw new RequestError('not-found');
      const { state, studyInstanceUid } = found;
      if (state === 'stored') throw new RequestError('nothing-to-retry');
      if (state !== 'queued' && state !== 'running') return { ...(await again(found)), studyInstanceUid };
      await board.beginNow(database, found.jobId);
      board.wake();
      return { id, created: false, state, studyInstanceUid };
    },
    async retryAll(filter, limit, priority) {
      const { found, remaining } = await repeatables(database, filter, limit);
      const retried: Retried[] = [];
      for (const { id: of, request, ...study } of found) {
        const asked = priority === undefined ? request : { ...request, priority };
        const { id } = await submit(study.studyInstanceUid, 'api', { request: asked });
        retried.push({ of, id, studyInstanceUid: study.studyInstanceUid });
      }
      return { retried, remaining };
    },
    async acknowledge(id) {
      const became = await acknowledgeAnalysis(database, id);
      if (became !== null) throw new RequestError(became);
    },
  };
}
