import type { Sql } from '../../database/sql.ts';
import { GRADES, type Grade } from '../../domain/grade.ts';
import type { Target } from '../../domain/target.ts';
import type { AnalysisRecord } from '../analysis-record.ts';
import { REPEATS } from '../repeats.ts';
import { type AnalysisFilter, FILTERED, filterParameters, LATEST_OF_STUDY } from './analysis-filter.ts';
import { DEAD_LETTER } from './dead-letter.ts';

/** What a list tells of an analysis: what it found has to be asked for one by one. */
export type ListedAnalysis = Pick<
  AnalysisRecord,
  | 'id'
  | 'studyInstanceUid'
  | 'trigger'
  | 'priority'
  | 'note'
  | 'state'
  | 'stage'
  | 'cancelRequested'
  | 'attempts'
  | 'createdAt'
  | 'updatedAt'
  | 'finishedAt'
  | 'acknowledgedAt'
  | 'failure'
  | 'reasons'
  | 'failedAttempts'
> & {
  /** What was graded, in short; null where there are no findings. */
  readonly grades: GradesInShort | null;
};

export interface GradesInShort {
  /** How many findings have which grade, of those that any has. */
  readonly counts: Readonly<Partial<Record<Grade, number>>>;
  /** The worst grade, and what has it. */
  readonly worst: WorstGrade;
}

export interface WorstGrade {
  readonly grade: Grade;
  readonly targets: readonly Target[];
}

/** A place in the list: an analysis, by when it was opened, to the microsecond, and its id. */
export interface ListPlace {
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly id: string;
}

export interface ListedPage {
  readonly analyses: readonly ListedAnalysis[];
  /** From where the list goes on; null at its end. */
  readonly next: ListPlace | null;
}

/** Mildest first. */
const RANK = `array_position(ARRAY['${GRADES.join("', '")}'], grade)`;
const GRADES_IN_SHORT = `SELECT jsonb_build_object('counts', jsonb_object_agg(grade, count),
    'worst', jsonb_agg(jsonb_build_object('grade', grade, 'targets', targets) ORDER BY ${RANK} DESC)->0)
  FROM (
    SELECT finding->>'grade' AS grade, count(*)::int, jsonb_agg(jsonb_build_object(
        'condition', finding->'condition', 'side', finding->'side', 'level', finding->'level') ORDER BY place) AS targets
    FROM spinegrade.kept_result, jsonb_array_elements(graded->'findings') WITH ORDINALITY AS each (finding, place)
    WHERE kept_result.analysis_key = analysis.analysis_key AND analysis.state = 'stored' GROUP BY 1) AS of_grade
  HAVING count(*) > 0`;

const COLUMNS = `id, study_instance_uid AS "studyInstanceUid", trigger, priority, note, state, stage,
  cancel_requested AND state = 'running' AS "cancelRequested", attempts, created_at AS "createdAt",
  updated_at AS "updatedAt", finished_at AS "finishedAt", acknowledged_at AS "acknowledgedAt", failure, reasons,
  attempt_log AS "failedAttempts", (${GRADES_IN_SHORT}) AS grades, to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at`;

/** Of all analyses, or of dead letters alone. `unseen`: those that nobody took note of. */
export type ListKind = 'all' | 'dead' | 'unseen';
const OF_KIND: Readonly<Record<ListKind, string>> = {
  all: '$11::integer IS NOT NULL',
  dead: `${LATEST_OF_STUDY} AND ${DEAD_LETTER('$11')}`,
  unseen: `${LATEST_OF_STUDY} AND ${DEAD_LETTER('$11')} AND acknowledged_at IS NULL`,
};

/**
 * Analyses, the newest first, from a place on: what is opened meanwhile comes before the place, so that none is told
 * twice and none left out.
 */
export async function listAnalyses(
  sql: Sql,
  kind: ListKind,
  filter: AnalysisFilter,
  from: ListPlace | null,
  limit: number,
): Promise<ListedPage> {
  const { rows } = await sql.query<ListedAnalysis & { readonly at: string }>(
    `SELECT ${COLUMNS} FROM spinegrade.analysis
     WHERE ${FILTERED} AND ($8::timestamptz IS NULL OR (created_at, id) < ($8::timestamptz, $9::uuid))
       AND ${OF_KIND[kind]}
     ORDER BY created_at DESC, id DESC LIMIT $10::int`,
    [...filterParameters(filter), from?.at ?? null, from?.id ?? null, limit + 1, REPEATS],
  );
  const analyses = rows.slice(0, limit).map(({ at: _, ...analysis }) => analysis);
  const last = rows.length > limit ? rows[limit - 1]! : null;
  return { analyses, next: last && { at: last.at, id: last.id } };
}
