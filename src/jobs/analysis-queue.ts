import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../database/sql.ts';
import type { ArchiveGate } from '../dicomweb/archive-gate.ts';
import { CATALOGUE, type CodeOf } from '../domain/catalogue.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import type { Events } from '../observe/events.ts';
import { type WorkInHand, workInHand } from '../process/work-in-hand.ts';
import type { AnalyzeStudy } from '../results/analysis-outcome.ts';
import type { AnalysisRecord, Trigger } from './analysis-record.ts';
import { type AttemptLimits, jobHandler } from './handle-job.ts';
import { openJobBoard } from './job-board.ts';
import { analysesOfStudy, findAnalysis, noteStopping, openAnalyses, openAnalysis } from './ledger.ts';
import { mendJobs, recoverAnalyses } from './recover-analyses.ts';
import { LONGEST_DELAY_MS } from './retry-delay.ts';

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
  readonly code = 'stopping' satisfies CodeOf<'refusal'>;
  constructor() {
    super('the service is stopping and takes no new work');
  }
}

/** What the queue shares with the watcher. */
export interface QueueSurroundings {
  /** Without one every fault of the archive is held against the study. */
  readonly gate?: ArchiveGate;
  readonly hand?: WorkInHand;
}

export interface QueueSettings extends AttemptLimits {
  /** Analyses at a time in this process. */
  readonly concurrency: number;
  /** PostgreSQL only: silence of a process after which another takes its jobs over; 10 at least, by default 30. */
  readonly heartbeatSeconds?: number;
}

/** How often jobs are looked over for what a clock that jumped did to them. */
const MEND_MS = 60_000;

/** Opens the queue in the ledger's database and takes up what an earlier process left unfinished. */
export async function openAnalysisQueue(
  database: Database,
  events: Events,
  settings: QueueSettings,
  { gate, hand = workInHand() }: QueueSurroundings = {},
): Promise<AnalysisQueue> {
  const board = await openJobBoard(database, events, {
    longestDelaySeconds: Math.max(settings.retryDelayMs, LONGEST_DELAY_MS) / 1000,
    heartbeatSeconds: settings.heartbeatSeconds ?? 30,
  });
  const recovered = await recoverAnalyses(database, board);
  if (recovered > 0) events.analysesRecovered(recovered);
  const stop = new AbortController();
  const rest = new AbortController();
  const running = new Set<string>();
  let stopping = false;
  let mending: Promise<unknown> = Promise.resolve();
  const mender = setInterval(() => {
    mending = mendJobs(database, board).catch(events.queueFault);
  }, MEND_MS);
  mender.unref();

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
    async find(id) {
      const record = await findAnalysis(database, id);
      return record && whyItWaits(record, gate);
    },
    ofStudy: async (study) =>
      (await analysesOfStudy(database, study)).map((record) => whyItWaits(record, gate)),
    depth: () => openAnalyses(database),
    async work(analyze) {
      const handle = jobHandler({
        database,
        board,
        events,
        limits: settings,
        analyze,
        gate: gate ?? null,
        hand,
        running,
        rest: rest.signal,
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
      await board.close();
    },
  };
}

/** While the archive is away, an analysis that waits for its first attempt waits for that. */
function whyItWaits(record: AnalysisRecord, gate: ArchiveGate | undefined): AnalysisRecord {
  const code = gate?.closed ?? null;
  if (code === null || record.state !== 'queued' || record.failure !== null) return record;
  const reason = `waits until the archive answers: ${CATALOGUE[code].meaning}`;
  return { ...record, failure: { stage: null, code, reason, retryable: true } };
}
