import type { Finding, Observation } from './assessment.ts';
import type { Disagreement, Threshold } from './disagreement.ts';
import { isMeasured, type Measure, type Measurement } from './measurement.ts';

interface ThresholdsOf {
  /** Below it a canal is narrow. */
  readonly narrow: Threshold;
  /** From here on it is not. */
  readonly wide: Threshold;
}

/** Of the canal at a level; what else is measured has no grade that a threshold could be held against. */
export const CANAL_THRESHOLDS = {
  'canal-diameter': {
    narrow: { value: 10, means: 'absolute stenosis', source: 'Verbiest 1977' },
    wide: { value: 13, means: 'no stenosis', source: 'Verbiest 1977' },
  },
  'sac-area': {
    narrow: { value: 75, means: 'pressure on the cauda equina', source: 'Schönström and Hansson 1988' },
    wide: { value: 130, means: 'no stenosis', source: 'Bolender 1985' },
  },
} as const satisfies Partial<Record<Measure, ThresholdsOf>>;

/** How far a vertebra stands before or behind the next one, mm. */
export const SLIP_THRESHOLD: Threshold = { value: 3, means: 'spondylolisthesis', source: 'Iguchi 2002' };

/**
 * Where measurement and grade contradict each other at a level: a canal called normal that is narrow, one called severe
 * that is wide, a slip and the label that says there is none, or the reverse. A moderate grade contradicts neither.
 */
export function disagreements(
  findings: readonly Finding[],
  observations: readonly Observation[],
  measurements: readonly Measurement[],
): readonly Disagreement[] {
  return measurements.filter(isMeasured).flatMap(({ level, measure, value: measured }): Disagreement[] => {
    const said = (threshold: Threshold, is: Disagreement['is'], graded: Disagreement['graded']) => [
      { level, measure, measured, is, graded, ...threshold },
    ];
    if (measure === 'slip') {
      const label = observations.find((one) => one.level === level && one.label === 'spondylolisthesis');
      const slipped = Math.abs(measured) >= SLIP_THRESHOLD.value;
      if (label === undefined || label.present === slipped) return [];
      return said(SLIP_THRESHOLD, slipped ? 'from' : 'below', label.present ? 'present' : 'absent');
    }
    if (measure !== 'canal-diameter' && measure !== 'sac-area') return [];
    const { narrow, wide } = CANAL_THRESHOLDS[measure];
    const canal = findings.find((one) => one.level === level && one.condition === 'spinal_canal_stenosis');
    if (canal?.grade === 'Normal/Mild' && measured < narrow.value) return said(narrow, 'below', canal.grade);
    if (canal?.grade === 'Severe' && measured >= wide.value) return said(wide, 'from', canal.grade);
    return [];
  });
}
