import type { StudyInstanceUid } from '../../domain/uid.ts';
import type { AnalysisState, Trigger } from '../analysis-record.ts';
import type { Priority } from '../analysis-request.ts';

/** Which analyses are meant; what is not said is not asked of them. */
export interface AnalysisFilter {
  readonly states?: readonly AnalysisState[] | undefined;
  /** Of a reason, or of the fault. */
  readonly code?: string | undefined;
  readonly priority?: Priority | undefined;
  readonly trigger?: Trigger | undefined;
  readonly study?: StudyInstanceUid | undefined;
  /** Opened then or later … */
  readonly since?: Date | undefined;
  /** … and before. */
  readonly until?: Date | undefined;
}

/** The filter as a condition on `analysis`, of the first seven parameters. */
export const FILTERED = `($1::text[] IS NULL OR state = ANY($1::text[]))
  AND ($2::text IS NULL OR failure->>'code' = $2 OR reasons @> jsonb_build_array(jsonb_build_object('code', $2::text)))
  AND ($3::text IS NULL OR priority = $3) AND ($4::text IS NULL OR trigger = $4)
  AND ($5::text IS NULL OR study_instance_uid = $5)
  AND ($6::timestamptz IS NULL OR created_at >= $6) AND ($7::timestamptz IS NULL OR created_at < $7)`;

export function filterParameters(filter: AnalysisFilter): readonly unknown[] {
  const { states = null, code = null, priority = null, trigger = null, study = null } = filter;
  return [states, code, priority, trigger, study, filter.since ?? null, filter.until ?? null];
}

/** Analyses after which nobody asked for another of the study. */
export const LATEST_OF_STUDY = `NOT EXISTS (
  SELECT FROM spinegrade.analysis AS later WHERE later.study_instance_uid = analysis.study_instance_uid
    AND (later.created_at, later.id) > (analysis.created_at, analysis.id))`;
