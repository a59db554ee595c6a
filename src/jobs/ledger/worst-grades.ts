import type { Sql } from '../../database/sql.ts';
import { GRADES, type Grade } from '../../domain/grade.ts';
import type { Target } from '../../domain/target.ts';

/** The worst grade of an analysis, and what has it. */
export interface WorstGrade {
  readonly grade: Grade;
  readonly targets: readonly Target[];
}

/** Of those analyses that graded something, by id. */
export async function worstGrades(
  sql: Sql,
  ids: readonly string[],
): Promise<ReadonlyMap<string, WorstGrade>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql.query<WorstGrade & { readonly id: string }>(
    `SELECT analysis.id, worst.grade, worst.targets FROM spinegrade.analysis
     JOIN spinegrade.kept_result AS kept ON kept.analysis_key = analysis.analysis_key
     CROSS JOIN LATERAL (
       SELECT finding->>'grade' AS grade, jsonb_agg(jsonb_build_object('condition', finding->'condition',
           'side', finding->'side', 'level', finding->'level') ORDER BY place) AS targets
       FROM jsonb_array_elements(kept.graded->'findings') WITH ORDINALITY AS each (finding, place)
       GROUP BY 1 ORDER BY array_position($2::text[], finding->>'grade') DESC LIMIT 1) AS worst
     WHERE analysis.id = ANY($1::uuid[]) AND analysis.state = 'stored'`,
    [ids, GRADES],
  );
  return new Map(rows.map(({ id, grade, targets }) => [id, { grade, targets }]));
}
