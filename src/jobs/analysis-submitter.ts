import type { Database, Sql } from '../database/sql.ts';
import { Fault } from '../domain/fault.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import type { Events } from '../observe/events/events.ts';
import type { Trigger } from './analysis-record.ts';
import type { IdempotencyKey, SubmitOptions } from './analysis-request.ts';
import type { JobBoard } from './job-board.ts';
import { analysisOfKey, holdKey, keepKey } from './ledger/idempotency-keys.ts';
import { openAnalysis } from './ledger/open-analysis.ts';
import type { OpenAnalysis } from './ledger/opened-analysis.ts';

/** `state`: null of an analysis that the key was used for before. */
export interface Submitted extends Pick<OpenAnalysis, 'id' | 'created'> {
  readonly state: OpenAnalysis['state'] | null;
}

/** Takes studies in; what was taken in once comes to an end once, whatever becomes of the process. */
export interface AnalysisSubmitter {
  /**
   * Asks for an analysis. While one of the study is open, that one is returned (`created: false`), and becomes what was
   * asked for where it has not begun; where the watcher asks while it runs, another follows it. Under a key that was
   * used before, what it was used for.
   * @throws QueueStoppingError once `stopping`; AnalysisUnderWayError where one runs that was asked for otherwise;
   * RequestError of a key that stands for something else, or is just being taken.
   */
  submit(study: StudyInstanceUid, trigger: Trigger, options?: SubmitOptions): Promise<Submitted>;
  /** The analysis that the key was used for, null for a new one. @throws RequestError where it was used otherwise */
  askedBefore(key: IdempotencyKey): Promise<string | null>;
  /** True from the moment on that nothing more is taken in. */
  readonly stopping: boolean;
}

export class QueueStoppingError extends Fault<'stopping'> {
  override readonly name = 'QueueStoppingError';
  constructor() {
    super('stopping', 'the service is stopping and takes no new work');
  }
}

/**
 * @param database the watcher's transactions run only while no other watcher can take over.
 * @param stopping aborted when the process is to take no new work.
 */
export function analysisSubmitter(
  database: Pick<Database, 'transaction'>,
  board: Pick<JobBoard, 'add' | 'advance' | 'wake'>,
  events: Events,
  stopping: AbortSignal,
): AnalysisSubmitter {
  return {
    async submit(study, trigger, options = {}) {
      if (stopping.aborted) throw new QueueStoppingError();
      const { key = null, occasion } = options;
      const open = async (sql: Sql): Promise<Submitted> => {
        if (key !== null) await holdKey(sql, key);
        const before = key && (await analysisOfKey(sql, key));
        if (before !== null) return { id: before, created: false, state: null };
        const opened = await openAnalysis(sql, study, trigger, options);
        const job = { id: opened.jobId, analysisId: opened.id, rank: opened.rank };
        await (opened.created ? board.add(sql, job) : board.advance(sql, job));
        if (key !== null) await keepKey(sql, key, opened.id);
        return opened;
      };
      const { id, created, state } = await database.transaction(open);
      events.studySubmitted({ id, studyInstanceUid: study }, trigger, created, occasion);
      if (created) board.wake();
      return { id, created, state };
    },
    askedBefore: (key) => database.transaction((sql) => analysisOfKey(sql, key)),
    get stopping() {
      return stopping.aborted;
    },
  };
}
