import type { Sql } from '../../database/sql.ts';
import type { Stage } from '../../domain/stage.ts';
import type { AnalysisState } from '../analysis-record.ts';

/** A change of an analysis's state, stage or attempt. */
export interface AnalysisEvent {
  /** Higher than that of every earlier event of the analysis. */
  readonly id: number;
  readonly analysisId: string;
  readonly at: Date;
  readonly state: AnalysisState;
  readonly stage: Stage | null;
  readonly attempt: number;
}

/** What has become of each of these analyses after the event of that id, in order. */
export async function eventsAfter(
  sql: Sql,
  followed: readonly { readonly id: string; readonly after: number }[],
): Promise<readonly AnalysisEvent[]> {
  const { rows } = await sql.query<AnalysisEvent>(
    `SELECT DISTINCT event.id::float8 AS id, event.analysis_id AS "analysisId", event.at, event.state, event.stage,
       event.attempt
     FROM unnest($1::uuid[], $2::bigint[]) AS followed (analysis_id, after)
     JOIN spinegrade.analysis_event AS event USING (analysis_id) WHERE event.id > followed.after ORDER BY 1`,
    [followed.map(({ id }) => id), followed.map(({ after }) => after)],
  );
  return rows;
}
