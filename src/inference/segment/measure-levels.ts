import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LocalisedLevel } from '../../domain/assessment.ts';
import { MEASURES, type Measure, type Measurement, type WhyUnmeasured } from '../../domain/measurement.ts';
import type { Point } from '../../domain/point.ts';
import { measureSacArea } from '../../measure/measure-axial.ts';
import { measureSagittal } from '../../measure/measure-sagittal.ts';
import type { OutlinedLevels, OutlinedSlice } from '../../measure/outlined-slice.ts';
import { scoordPixel } from '../../volume/plane-geometry.ts';

/** Those of every level. */
export function slicesOf({ sagittal, axial }: OutlinedLevels): readonly OutlinedSlice[] {
  return [...sagittal, ...axial].filter((slice) => typeof slice !== 'string');
}

type Result =
  | { readonly value: number; readonly pointsMm: readonly Point[] }
  | { readonly absent: WhyUnmeasured };

/** Every measure of every level, or why it is absent; other work gets its turn between levels, which take some milliseconds each. */
export async function measureLevels(
  levels: readonly LocalisedLevel[],
  { sagittal, axial }: OutlinedLevels,
): Promise<readonly Measurement[]> {
  const measurements: Measurement[] = [];
  for (const [i, level] of levels.entries()) {
    measurements.push(...measureLevel(level, sagittal[i]!, axial[i]!));
    await nextTurn();
  }
  return measurements;
}

function measureLevel(
  { level, discMm, canalMm }: LocalisedLevel,
  side: OutlinedSlice | WhyUnmeasured,
  across: OutlinedSlice | WhyUnmeasured,
): readonly Measurement[] {
  const lengths = typeof side === 'string' ? null : measureSagittal(side, discMm);
  const of = (measure: Measure): { slice: OutlinedSlice | WhyUnmeasured; result: Result } => {
    if (measure !== 'sac-area') {
      return { slice: side, result: lengths?.[measure] ?? { absent: side as WhyUnmeasured } };
    }
    const result = typeof across === 'string' ? { absent: across } : measureSacArea(across, canalMm);
    return { slice: across, result };
  };
  return MEASURES.map((measure): Measurement => {
    const { slice, result } = of(measure);
    if ('absent' in result || typeof slice === 'string') {
      return { level, measure, absent: 'absent' in result ? result.absent : (slice as WhyUnmeasured) };
    }
    const { image, role, plane } = slice;
    const pixels = result.pointsMm.map((point) => scoordPixel(plane, point));
    return { level, measure, ...result, role, image, pixels };
  });
}
