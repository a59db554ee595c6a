import type { Sql } from '../../database/sql.ts';
import type { AnalysisState } from '../analysis-record.ts';
import type { Priority } from '../analysis-request.ts';

/** Seconds: of half, of 95 in 100, and the longest; null of none. */
export interface Spread {
  readonly median: number | null;
  readonly p95: number | null;
  readonly longest: number | null;
}

/** How the work stands. */
export interface AnalysisStats {
  /** Open ones, and those opened since. */
  readonly byState: Readonly<Partial<Record<AnalysisState, number>>>;
  /** Of analyses opened since: reasons and faults, by code. */
  readonly byCode: Readonly<Record<string, number>>;
  /** What waits just now. */
  readonly queuedByPriority: Readonly<Partial<Record<Priority, number>>>;
  readonly oldestQueuedSeconds: number | null;
  /** From asking to the first attempt, and from there to the end; of those that ended since. */
  readonly waitingSeconds: Spread;
  readonly processingSeconds: Spread;
}

const SPREAD = (seconds: string) => `(SELECT jsonb_build_object(
  'median', percentile_cont(0.5) WITHIN GROUP (ORDER BY ${seconds}),
  'p95', percentile_cont(0.95) WITHIN GROUP (ORDER BY ${seconds}), 'longest', max(${seconds}))
  FROM spinegrade.analysis WHERE finished_at >= $1 AND first_started_at IS NOT NULL)`;

const COUNTED = (by: string, from: string) =>
  `(SELECT coalesce(jsonb_object_agg(name, count), '{}') FROM (SELECT ${by} AS name, count(*)::int FROM ${from} GROUP BY 1)
    AS counted WHERE name IS NOT NULL)`;

/** @param since of what has ended, how much is looked at. */
export async function countAnalyses(sql: Sql, since: Date): Promise<AnalysisStats> {
  const { rows } = await sql.query<AnalysisStats>(
    `SELECT
       ${COUNTED('state', `spinegrade.analysis WHERE state IN ('queued', 'running') OR created_at >= $1`)} AS "byState",
       ${COUNTED('code', CODES)} AS "byCode",
       ${COUNTED('priority', `spinegrade.analysis WHERE state = 'queued'`)} AS "queuedByPriority",
       (SELECT greatest(0, extract(epoch FROM now() - min(created_at)))::float8 FROM spinegrade.analysis
         WHERE state = 'queued') AS "oldestQueuedSeconds",
       ${SPREAD(`extract(epoch FROM first_started_at - created_at)::float8`)} AS "waitingSeconds",
       ${SPREAD(`extract(epoch FROM finished_at - first_started_at)::float8`)} AS "processingSeconds"`,
    [since],
  );
  return rows[0]!;
}

const CODES = `(
  SELECT failure->>'code' AS code FROM spinegrade.analysis WHERE state = 'failed' AND created_at >= $1
  UNION ALL
  SELECT reason->>'code' FROM spinegrade.analysis, jsonb_array_elements(reasons) AS reason
  WHERE state = 'ineligible' AND created_at >= $1) AS codes`;
