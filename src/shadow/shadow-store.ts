import type { Sql } from '../database/sql.ts';
import { GRADES } from '../domain/grade.ts';
import type { Level } from '../domain/level.ts';
import type { ShadowOutcome } from '../domain/pack-agreement.ts';
import type { Condition } from '../domain/target.ts';
import type { ComparedStudy, PackName, Said } from './compared-study.ts';

/** How many studies of a pair of packs came to the same, and how long the shadow took for them. */
export interface CountedStudies {
  readonly serving: PackName;
  readonly shadow: PackName;
  readonly outcome: ShadowOutcome;
  readonly count: number;
  readonly first: Date;
  readonly last: Date;
  readonly sumMs: number;
  readonly longestMs: number;
}

/** How many targets of a condition and level two packs graded so; left and right together. */
export interface CountedTargets {
  /** SHA-256 of the packs. */
  readonly servingPack: string;
  readonly shadowPack: string;
  readonly condition: Condition;
  readonly level: Level;
  /** Position in GRADES; null where the pack does not grade it. */
  readonly serving: number | null;
  readonly shadow: number | null;
  readonly count: number;
  /** Of the probabilities of Moderate or worse. */
  readonly sumServing: number;
  readonly sumShadow: number;
}

/** What two packs said of the same studies, one row a study and pair of packs. */
export interface ShadowStore {
  /** In the place of what the same packs said of the study before. */
  keep(compared: ComparedStudy): Promise<void>;
  /** What was kept since. */
  count(since: Date): Promise<{
    readonly studies: readonly CountedStudies[];
    readonly targets: readonly CountedTargets[];
  }>;
}

/** One of PACKS' columns as a PackName. */
const packName = (pack: 'serving' | 'shadow') =>
  `jsonb_build_object('name', max(${pack}_name), 'version', max(${pack}_version), 'packSha256', ${pack}_sha256)`;
/** Of a target's probabilities. */
const moderateOrWorse = (pack: 'serving' | 'shadow') =>
  `coalesce(sum((target->'${pack}'->'probabilities'->>1)::float8 + (target->'${pack}'->'probabilities'->>2)::float8), 0)`;

export function shadowStore(sql: Sql): ShadowStore {
  return {
    async keep({ study, serving, shadow, outcome, shadowMs, targets }) {
      const pack = ({ packSha256, name, version }: PackName) => [packSha256, name, version];
      const kept = targets.map((target) => ({
        ...target,
        serving: asKept(target.serving),
        shadow: asKept(target.shadow),
      }));
      await sql.query(
        `INSERT INTO spinegrade.shadow_grade AS kept (study_instance_uid, serving_sha256, serving_name, serving_version,
           shadow_sha256, shadow_name, shadow_version, outcome, shadow_ms, targets)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (study_instance_uid, serving_sha256, shadow_sha256) DO UPDATE SET outcome = excluded.outcome,
           shadow_ms = excluded.shadow_ms, targets = excluded.targets, compared_at = excluded.compared_at`,
        [study, ...pack(serving), ...pack(shadow), outcome, shadowMs, JSON.stringify(kept)],
      );
    },
    async count(since) {
      const studies = await sql.query<CountedStudies>(
        `SELECT ${packName('serving')} AS serving, ${packName('shadow')} AS shadow, outcome, count(*)::int AS count,
           min(compared_at) AS first, max(compared_at) AS last, sum(shadow_ms) AS "sumMs",
           max(shadow_ms) AS "longestMs"
         FROM spinegrade.shadow_grade WHERE compared_at >= $1 GROUP BY serving_sha256, shadow_sha256, outcome
         ORDER BY min(compared_at), outcome`,
        [since],
      );
      const targets = await sql.query<CountedTargets>(
        `SELECT serving_sha256 AS "servingPack", shadow_sha256 AS "shadowPack", target->>'condition' AS condition,
           target->>'level' AS level, (target->'serving'->>'grade')::int AS serving,
           (target->'shadow'->>'grade')::int AS shadow, count(*)::int AS count,
           ${moderateOrWorse('serving')} AS "sumServing", ${moderateOrWorse('shadow')} AS "sumShadow"
         FROM spinegrade.shadow_grade, jsonb_array_elements(targets) AS target WHERE compared_at >= $1
         GROUP BY 1, 2, 3, 4, 5, 6`,
        [since],
      );
      return { studies: studies.rows, targets: targets.rows };
    },
  };
}

/** Grades by their position, probabilities to four digits. */
function asKept(said: Said | null) {
  if (said === null) return null;
  const probabilities = said.probabilities.map((p) => Math.round(p * 1e4) / 1e4);
  return { grade: GRADES.indexOf(said.grade), probabilities };
}
