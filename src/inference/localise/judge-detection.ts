import type { LocalisedLevel } from '../../domain/assessment.ts';
import { type Ineligible, ineligible } from '../../domain/ineligible.ts';
import { LEVELS } from '../../domain/level.ts';
import { remark, type Warning } from '../../domain/remark.ts';
import type { LandmarkLevel, LocaliserSpec } from '../pack/localiser-spec.ts';
import type { Detection } from './detect-levels.ts';
import { notLumbar } from './lumbar-evidence.ts';

/** The five graded levels in the patient with what is doubtful of them, or why the study is not graded. */
export type Localisation =
  | {
      readonly kind: 'localised';
      readonly levels: readonly LocalisedLevel[];
      readonly warnings: readonly Warning[];
    }
  | Ineligible;
/**
 * A mean score ratio of about 3 between the numbering chosen and the next best (see numberingMargin, upperMargin).
 * Whole lumbar studies have 6 and more as a rule; of those with the sacrum cut off many have less. Of forty phantoms of six lumbar
 * vertebrae (families validation and held-out) nine have as little, of forty ordinary ones one: the others look no different, as in
 * patients (Tokgoz et al., Korean J Radiol 2014;15:258). See NUMBERING_STATEMENT. What T1 says is
 * left to the foramina, which number by themselves (decision record 0025).
 */
const LEAST_NUMBERING_MARGIN = 1.2;

/** Whether what was seen is a whole lumbar spine, and how sure its numbering is. */
export function judgeDetection({ discs, margin, upper }: Detection, spec: LocaliserSpec): Localisation {
  const at = (name: LandmarkLevel) => discs[spec.output.landmarks.indexOf(name)] ?? null;
  const missing = LEVELS.filter((level) => (at(level)?.confidence ?? 0) < spec.minConfidence);
  if (missing.length > 0) {
    const confidence = spec.minConfidence;
    const reason =
      missing.length === LEVELS.length
        ? remark('no-lumbar-spine', { of: 'none-found', confidence })
        : remark('discs-not-found', { levels: missing, confidence });
    return ineligible(reason);
  }
  const levels = LEVELS.map((level) => {
    const { discMm, canalMm, confidence } = at(level)!;
    return { level, discMm, canalMm, confidence };
  });
  const anchored = !spec.output.landmarks.includes('S1/S2') || at('S1/S2') !== null;
  const reasons = notLumbar(levels, anchored);
  if (reasons.length > 0) {
    return ineligible(...reasons.map((seen) => remark('no-lumbar-spine', seen)));
  }
  const doubtful = (value: number | null) => value !== null && value < LEAST_NUMBERING_MARGIN;
  const warnings = [
    ...(anchored ? [] : [remark('sacrum-not-seen', {})]),
    ...(doubtful(margin) ? [remark('numbering-uncertain', { because: 'neighbours' })] : []),
    ...(doubtful(upper) ? [remark('numbering-uncertain', { because: 'upper-discs' })] : []),
  ];
  return { kind: 'localised', levels, warnings };
}
