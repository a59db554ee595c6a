import type { Algorithm, Finding } from '../domain/assessment.ts';
import { GRADES, type Grade } from '../domain/grade.ts';
import type { ShadowOutcome } from '../domain/pack-agreement.ts';
import { TARGETS, type Target, targetKey } from '../domain/target.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';

/** What a pack says of a target: the grade, and the probabilities in GRADES order. */
export interface Said {
  readonly grade: Grade;
  readonly probabilities: readonly [number, number, number];
}

/** A target that at least one of two packs graded. */
export interface ComparedTarget extends Target {
  /** Null where the pack does not grade it. */
  readonly serving: Said | null;
  readonly shadow: Said | null;
}

/** Which pack it was, wherever it ran. */
export type PackName = Pick<Algorithm, 'name' | 'version' | 'packSha256'>;

/** What is kept of a study that two packs were asked about. */
export interface ComparedStudy {
  readonly study: StudyInstanceUid;
  /** The pack that reported. */
  readonly serving: PackName;
  readonly shadow: PackName;
  readonly outcome: ShadowOutcome;
  /** Of the shadow pack, from volumes to grades. */
  readonly shadowMs: number;
  /** In TARGETS order; empty unless both packs graded. */
  readonly targets: readonly ComparedTarget[];
}

/** Every target that one of the packs graded. */
export function comparedTargets(
  serving: readonly Finding[],
  shadow: readonly Finding[],
): readonly ComparedTarget[] {
  const [ofServing, ofShadow] = [serving, shadow].map(
    (findings) => new Map(findings.map((finding) => [targetKey(finding), said(finding)])),
  ) as [Map<string, Said>, Map<string, Said>];
  return TARGETS.flatMap(({ condition, side, level }) => {
    const key = targetKey({ condition, side, level });
    const both = { serving: ofServing.get(key) ?? null, shadow: ofShadow.get(key) ?? null };
    return both.serving === null && both.shadow === null ? [] : [{ condition, side, level, ...both }];
  });
}

function said({ grade, probabilities }: Finding): Said {
  const [normalMild, moderate, severe] = GRADES.map((each) => probabilities[each]);
  return { grade, probabilities: [normalMild!, moderate!, severe!] };
}
