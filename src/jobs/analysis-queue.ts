import { setTimeout as delay } from 'node:timers/promises';
import type { AnalyzeStudy } from '../analyze-study.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import type { Events } from '../events.ts';
import type { AnalysisRecord, Trigger } from './analysis-record.ts';
import { type AttemptLimits, jobHandler } from './handle-job.ts';
import { openJobBoard } from './job-board.ts';
import { analysesOfStudy, findAnalysis, openAnalyses, openAnalysis } from './ledger.ts';
import { recoverAnalyses } from './recover-analyses.ts';
import type { Database } from './sql.ts';

/** Durable analyses: what was submitted once comes to an end once, whatever becomes of the process. */
export interface AnalysisQueue {
  /**
   * Asks for an analysis. While one of the study is open, that one is returned (`created: false`); where the
   * watcher asks while it runs, another follows it.
   * @throws QueueStoppingError once stop was called.
   */
  submit(
    study: StudyInstanceUid,
    trigger: Trigger,
  ): Promise<{ readonly id: string; readonly created: boolean }>;
  find(id: string): Promise<AnalysisRecord | null>;
  /** The latest 100, newest first. */
  ofStudy(study: StudyInstanceUid): Promise<readonly AnalysisRecord[]>;
  depth(): ReturnType<typeof openAnalyses>;
  /** Starts taking jobs. Called once. */
  work(analyze: AnalyzeStudy): Promise<void>;
  /** True from the call of stop. */
  readonly stopping: boolean;
  /**
   * Takes no more work, lets running analyses finish within `timeoutMs`, then aborts them and puts them back.
   * The database stays open.
   */
  stop(options: { readonly timeoutMs: number }): Promise<void>;
}

export class QueueStoppingError extends Error {
  override readonly name = 'QueueStoppingError';
  constructor() {
    super('the service is stopping and takes no new work');
  }
}

export interface QueueSettings extends AttemptLimits {
  /** Analyses at a time in this process. */
  readonly concurrency: number;
  /** PostgreSQL only: silence of a process after which another takes its jobs over; 10 at least, by default 30. */
  readonly heartbeatSeconds?: number;
}

/** Opens the queue in the ledger's database and takes up what an earlier process left unfinished. */
export async function openAnalysisQueue(
  database: Database,
  events: Events,
  settings: QueueSettings,
): Promise<AnalysisQueue> {
  const board = await openJobBoard(database, events, {
    expireSeconds: Math.ceil(settings.timeoutMs / 1000) + 60,
    heartbeatSeconds: settings.heartbeatSeconds ?? 30,
  });
  const recovered = await recoverAnalyses(database, board);
  if (recovered > 0) events.analysesRecovered(recovered);
  const stop = new AbortController();
  let stopping = false;

  return {
    async submit(study, trigger) {
      if (stopping) throw new QueueStoppingError();
      const { id, created } = await database.transaction(async (sql) => {
        const opened = await openAnalysis(sql, study, trigger);
        if (opened.created) await board.add(sql, { id: opened.jobId, analysisId: opened.id });
        return opened;
      });
      events.studySubmitted({ id, studyInstanceUid: study }, trigger, created);
      if (created) board.wake();
      return { id, created };
    },
    find: (id) => findAnalysis(database, id),
    ofStudy: (study) => analysesOfStudy(database, study),
    depth: () => openAnalyses(database),
    async work(analyze) {
      const isStopping = () => stopping;
      const handle = jobHandler({
        database,
        board,
        events,
        limits: settings,
        analyze,
        isStopping,
        stop: stop.signal,
      });
      await board.work(settings.concurrency, handle);
    },
    get stopping() {
      return stopping;
    },
    async stop({ timeoutMs }) {
      if (stopping) return;
      stopping = true;
      const settled = new AbortController();
      const resting = board.rest().finally(() => settled.abort());
      await Promise.race([
        resting,
        delay(timeoutMs, undefined, { signal: settled.signal }).catch(() => undefined),
      ]);
      stop.abort();
      await resting;
      await board.close();
    },
  };
}
