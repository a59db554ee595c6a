import type { Database } from '../database/sql.ts';
import { Fault } from '../domain/fault.ts';
import type { Traceparent } from '../domain/traceparent.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import type { WatchOccasion } from '../domain/watch-occasion.ts';
import type { Events } from '../observe/events/events.ts';
import type { Trigger } from './analysis-record.ts';
import type { JobBoard } from './job-board.ts';
import { openAnalysis } from './ledger/open-analysis.ts';

/** Takes studies in; what was taken in once comes to an end once, whatever becomes of the process. */
export interface AnalysisSubmitter {
  /**
   * Asks for an analysis. While one of the study is open, that one is returned (`created: false`); where the
   * watcher asks while it runs, another follows it.
   * @param occasion why the watcher asks, where it does.
   * @param traceparent of which trace the analysis is to be a part, where it is the first to ask.
   * @throws QueueStoppingError once `stopping`.
   */
  submit(
    study: StudyInstanceUid,
    trigger: Trigger,
    occasion?: WatchOccasion,
    traceparent?: Traceparent | null,
  ): Promise<{ readonly id: string; readonly created: boolean }>;
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
  board: Pick<JobBoard, 'add' | 'wake'>,
  events: Events,
  stopping: AbortSignal,
): AnalysisSubmitter {
  return {
    async submit(study, trigger, occasion, traceparent) {
      if (stopping.aborted) throw new QueueStoppingError();
      const { id, created } = await database.transaction(async (sql) => {
        const opened = await openAnalysis(sql, study, trigger, occasion, traceparent);
        if (opened.created) await board.add(sql, { id: opened.jobId, analysisId: opened.id });
        return opened;
      });
      events.studySubmitted({ id, studyInstanceUid: study }, trigger, created, occasion);
      if (created) board.wake();
      return { id, created };
    },
    get stopping() {
      return stopping.aborted;
    },
  };
}
