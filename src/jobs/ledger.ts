import { randomUUID } from 'node:crypto';
import type { Database, Sql } from '../database/sql.ts';
import type { Stage } from '../domain/stage.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import type { WatchOccasion } from '../domain/watch-occasion.ts';
import type { AnalysisOutcome } from '../results/analysis-outcome.ts';
import type { KeptResults } from '../results/result-outbox.ts';
import type { AnalysisFailure, AnalysisRecord, AnalysisState, Trigger } from './analysis-record.ts';

/** One run of one analysis. Writes of a run that has been overtaken by another change nothing. */
export interface Run {
  readonly id: string;
  readonly studyInstanceUid: StudyInstanceUid;
  /** 1 for the first. */
  readonly attempt: number;
  /** Attempts ended by a fault so far. */
  readonly faults: number;
  /** Times a process ended in the middle of this analysis, other than by being told to stop. */
  readonly interruptions: number;
  /** How many of them, the latest, in one and the same stage. */
  readonly stageInterruptions: number;
  /** That stage; null before the first. */
  readonly interruptedStage: Stage | null;
}

/** How many of a study's analyses `ofStudy` tells, newest first. */
const STUDY_HISTORY_LIMIT = 100;
/** … and, but for the newest, no more once their packed columns come to this: about a quarter of their JSON. */
const STUDY_HISTORY_BYTES = 2 * 2 ** 20;

/** What was graded is kept with the results, for as long as these are. */
const KEPT_GRADED = `(SELECT kept.graded FROM spinegrade.kept_result AS kept
  WHERE kept.analysis_key = analysis.analysis_key)`;
const COLUMNS = `id, study_instance_uid AS "studyInstanceUid", trigger, submit_reason AS "submitReason",
  waited_ms AS "waitedMs", state, stage, attempts, created_at AS "createdAt", updated_at AS "updatedAt",
  finished_at AS "finishedAt", failure, reasons, series, ${KEPT_GRADED} AS graded, report, objects, predecessors,
  stages_ms AS "stagesMs"`;
const RUN_COLUMNS = `id, study_instance_uid AS "studyInstanceUid", attempts AS attempt, faults, interruptions,
  stage_interruptions AS "stageInterruptions", interrupted_stage AS "interruptedStage"`;
const OURS = `id = $1 AND attempts = $2 AND state = 'running'`;

export async function findAnalysis(sql: Sql, id: string): Promise<AnalysisRecord | null> {
  const { rows } = await sql.query<AnalysisRecord>(
    `SELECT ${COLUMNS} FROM spinegrade.analysis WHERE id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** The latest analyses of a study, newest first. */
export async function analysesOfStudy(sql: Sql, study: StudyInstanceUid): Promise<readonly AnalysisRecord[]> {
  const { rows } = await sql.query<AnalysisRecord>(
    `WITH latest AS (
       SELECT id, sum(coalesce(pg_column_size(${KEPT_GRADED}), 0) + pg_column_size(series) + pg_column_size(objects))
         OVER (ORDER BY created_at DESC, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS newer_bytes
       FROM spinegrade.analysis WHERE study_instance_uid = $1 ORDER BY created_at DESC, id LIMIT ${STUDY_HISTORY_LIMIT})
     SELECT ${COLUMNS} FROM spinegrade.analysis
     WHERE id IN (SELECT id FROM latest WHERE coalesce(newer_bytes, 0) < ${STUDY_HISTORY_BYTES})
     ORDER BY created_at DESC, id`,
    [study],
  );
  return rows;
}

/** How many analyses wait and run, and for how long the oldest waiting one has. */
export async function openAnalyses(
  sql: Sql,
): Promise<{ readonly queued: number; readonly running: number; readonly oldestQueuedSeconds: number }> {
  const { rows } = await sql.query<{ queued: number; running: number; oldestQueuedSeconds: number }>(
    `SELECT count(*) FILTER (WHERE state = 'queued')::int AS queued,
            count(*) FILTER (WHERE state = 'running')::int AS running,
            greatest(0, extract(epoch FROM now() - min(created_at) FILTER (WHERE state = 'queued')))::float8
              AS "oldestQueuedSeconds"
     FROM spinegrade.analysis WHERE state IN ('queued', 'running')`,
  );
  return rows[0]!;
}

/**
 * What is written where a run turns out to have been cut off. The stage before the first interruption is not known for
 * certain (see UNHURRIED), so the second counts as one of the same stage.
 */
export const CUT_OFF = `interruptions = interruptions + 1, interrupted_stage = stage,
  stage_interruptions = CASE WHEN interruptions <= 1 OR stage IS NOT DISTINCT FROM interrupted_stage
    THEN stage_interruptions + 1 ELSE 1 END`;

/**
 * Opens an analysis unless one of the study is open already: then that one. Where the watcher asks while one is
 * running, its input may have been read before the study changed, so it is marked to be followed by another. Of a study
 * that was set aside it begins as a suspect.
 */
export async function openAnalysis(
  sql: Sql,
  study: StudyInstanceUid,
  trigger: Trigger,
  occasion?: WatchOccasion,
): Promise<{ readonly id: string; readonly created: boolean; readonly jobId: string }> {
  const fresh = { id: randomUUID(), jobId: randomUUID() };
  for (;;) {
    const inserted = await sql.query(
      `INSERT INTO spinegrade.analysis
         (id, study_instance_uid, trigger, state, job_id, submit_reason, waited_ms, interruptions, stage_interruptions)
       SELECT $1::uuid, $2::text, $3::text, 'queued', $4::uuid, $5::text, $6::float8, suspicion, suspicion FROM (
         SELECT (EXISTS (SELECT FROM spinegrade.watched_study WHERE study_instance_uid = $2 AND set_aside))::int
           AS suspicion) AS known
       ON CONFLICT (study_instance_uid) WHERE state IN ('queued', 'running') DO NOTHING RETURNING id`,
      [fresh.id, study, trigger, fresh.jobId, occasion?.why ?? null, occasion?.waitedMs ?? null],
    );
    if (inserted.rows.length > 0) return { ...fresh, created: true };
    const open = await sql.query<{ id: string; jobId: string }>(
      `UPDATE spinegrade.analysis SET run_again = run_again OR (state = 'running' AND $2 = 'watch')
       WHERE study_instance_uid = $1 AND state IN ('queued', 'running') RETURNING id, job_id AS "jobId"`,
      [study, trigger],
    );
    // None: it was finished between the two statements, by another process.
    if (open.rows[0] !== undefined) return { ...open.rows[0], created: false };
  }
}

/** Whether a process ended in the middle of the analysis before, or is in the middle of it. */
export async function isSuspect(sql: Sql, id: string): Promise<boolean> {
  const { rows } = await sql.query<{ suspect: boolean }>(
    `SELECT interruptions > 0 OR state = 'running' AS suspect FROM spinegrade.analysis WHERE id = $1`,
    [id],
  );
  return rows[0]?.suspect ?? false;
}

/**
 * Begins a run; null when the analysis is final or its job is not this one. Finding it already running means that
 * the earlier run was cut off: with its process, where several share the database; the only owner of one lives, and
 * lost no more than its claim.
 * @param unsettled that this very process ended the earlier run and could not write so.
 */
export async function beginRun(
  sql: Pick<Database, 'kind' | 'query'>,
  id: string,
  jobId: string,
  unsettled = false,
): Promise<Run | null> {
  if (sql.kind === 'postgresql' && !unsettled) {
    await sql.query(
      `UPDATE spinegrade.analysis SET ${CUT_OFF}
       WHERE id = $1 AND job_id = $2 AND state = 'running' AND NOT stopping`,
      [id, jobId],
    );
  }
  const { rows } = await sql.query<Run>(
    `UPDATE spinegrade.analysis
     SET attempts = attempts + 1, state = 'running', stopping = false, run_again = false, stage = NULL,
       stages_ms = '{}', updated_at = now()
     WHERE id = $1 AND job_id = $2 AND state IN ('queued', 'running') RETURNING ${RUN_COLUMNS}`,
    [id, jobId],
  );
  return rows[0] ?? null;
}

/** The process of a run that was cut off lives: it only lost its claim, so nothing is held against the study. */
export async function forgiveInterruption(sql: Sql, id: string): Promise<void> {
  await sql.query(
    `UPDATE spinegrade.analysis SET interruptions = interruptions - 1,
       stage_interruptions = stage_interruptions - 1 WHERE id = $1`,
    [id],
  );
}

/** The process was told to stop: should it end before it has put these analyses back, that is no fault of theirs. */
export async function noteStopping(sql: Sql, ids: readonly string[]): Promise<void> {
  await sql.query(
    `UPDATE spinegrade.analysis SET stopping = true WHERE id = ANY($1::uuid[]) AND state = 'running'`,
    [ids],
  );
}

/** Puts an analysis that was not begun under a new job; false when this job is not its own any more. */
export async function reassign(sql: Sql, id: string, jobId: string, newJobId: string): Promise<boolean> {
  const { rows } = await sql.query(
    `UPDATE spinegrade.analysis SET job_id = $3
     WHERE id = $1 AND job_id = $2 AND state IN ('queued', 'running') RETURNING id`,
    [id, jobId, newJobId],
  );
  return rows.length > 0;
}

/** Whether the watcher leaves the study alone from now on. */
export async function setAside(sql: Sql, study: StudyInstanceUid, aside: boolean): Promise<void> {
  await sql.query(
    `UPDATE spinegrade.watched_study SET set_aside = $2, looks_cut_off = CASE WHEN $2 THEN looks_cut_off ELSE 0 END
     WHERE study_instance_uid = $1 AND set_aside IS DISTINCT FROM $2`,
    [study, aside],
  );
}

/**
 * Progress is for watching only: it may be lost with the process, and so need not wait for the disk; but where the
 * process ended before, the stage is what tells a study that ends it from one that was unlucky.
 */
const UNHURRIED = `FROM (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried`;

export async function beginStage(sql: Sql, run: Run, stage: Stage): Promise<void> {
  const hurry = run.interruptions > 0 ? '' : UNHURRIED;
  const text = `UPDATE spinegrade.analysis SET stage = $3, updated_at = now() ${hurry} WHERE ${OURS}`;
  await sql.query(text, [run.id, run.attempt, stage]);
}

export async function endStage(sql: Sql, run: Run, stage: Stage, ms: number): Promise<void> {
  await sql.query(
    `UPDATE spinegrade.analysis SET stages_ms = stages_ms || jsonb_build_object($3::text, $4::float8),
       updated_at = now() ${UNHURRIED} WHERE ${OURS}`,
    [run.id, run.attempt, stage, ms],
  );
}

/**
 * Back to the queue under a new job, with the fault that caused it, or null when the service is stopping.
 * @param counts whether the fault counts as one of the study's attempts.
 */
export async function requeueRun(
  sql: Sql,
  run: Run,
  jobId: string,
  failure: AnalysisFailure | null,
  counts: boolean,
): Promise<boolean> {
  const { rows } = await sql.query(
    `UPDATE spinegrade.analysis SET state = 'queued', job_id = $3, failure = coalesce($4::jsonb, failure),
       faults = faults + $5::int, run_again = false, updated_at = now()
     WHERE ${OURS} RETURNING id`,
    [run.id, run.attempt, jobId, failure === null ? null : JSON.stringify(failure), counts ? 1 : 0],
  );
  return rows.length > 0;
}

/** The final word on a run: its outcome, or the fault it failed of. */
export type Conclusion = AnalysisOutcome | { readonly kind: 'failed'; readonly failure: AnalysisFailure };

/**
 * Closes the analysis; null when the run was overtaken. `runAgain`: the study changed meanwhile. `toldObjects`:
 * those that other analyses of the study came to before, by SOP Instance UID.
 */
export async function concludeRun(
  sql: Sql,
  run: Run,
  conclusion: Conclusion,
): Promise<{ readonly runAgain: boolean; readonly toldObjects: readonly string[] } | null> {
  const columns = finalColumns(conclusion);
  const { rows } = await sql.query<{ runAgain: boolean; toldObjects: string[] }>(
    `UPDATE spinegrade.analysis SET state = $3, analysis_key = $4, failure = $5, reasons = $6, series = $7, report = $8,
       objects = $9, predecessors = $10, finished_at = now(), updated_at = now()
     WHERE ${OURS} RETURNING run_again AS "runAgain", ARRAY(
       SELECT object->>'sopInstanceUid' FROM spinegrade.analysis AS other, jsonb_array_elements(other.objects) AS object
       WHERE other.study_instance_uid = analysis.study_instance_uid AND other.id <> analysis.id) AS "toldObjects"`,
    [
      run.id,
      run.attempt,
      columns.state,
      columns.analysisKey,
      ...FINAL_COLUMNS.map((name) => (columns[name] === null ? null : JSON.stringify(columns[name]))),
    ],
  );
  return rows[0] ?? null;
}

/** In the order of the parameters of concludeRun. */
const FINAL_COLUMNS = [
  'failure',
  'reasons',
  'series',
  'report',
  'objects',
  'predecessors',
] as const satisfies readonly (keyof AnalysisRecord)[];

type FinalColumns = Pick<AnalysisRecord, (typeof FINAL_COLUMNS)[number]> & {
  readonly state: AnalysisState;
  readonly analysisKey: string | null;
};

function finalColumns(conclusion: Conclusion): FinalColumns {
  const empty = { failure: null, reasons: [], series: [], ...resultColumns(null) };
  switch (conclusion.kind) {
    case 'failed':
      return { ...empty, state: 'failed', failure: conclusion.failure };
    case 'ineligible': {
      const { reasons, series, notice = null } = conclusion;
      return { ...empty, state: 'ineligible', reasons, series, ...resultColumns(notice) };
    }
    case 'stored': {
      const { graded, results } = conclusion;
      return { ...empty, state: 'stored', series: graded.series, ...resultColumns(results) };
    }
  }
}

function resultColumns(
  results: KeptResults | null,
): Pick<FinalColumns, 'analysisKey' | 'report' | 'objects' | 'predecessors'> {
  if (results === null) return { analysisKey: null, report: null, objects: [], predecessors: [] };
  const { analysisKey, predecessors } = results;
  const objects = results.objects.map(({ kind, seriesInstanceUid, sopInstanceUid, warning }) => ({
    kind,
    seriesInstanceUid,
    sopInstanceUid,
    warning,
  }));
  const report = objects.find(({ kind }) => kind === 'SR');
  if (report === undefined) return { analysisKey, report: null, objects, predecessors };
  const { seriesInstanceUid, sopInstanceUid } = report;
  return { analysisKey, report: { analysisKey, seriesInstanceUid, sopInstanceUid }, objects, predecessors };
}
