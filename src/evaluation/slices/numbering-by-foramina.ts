import type { LocalisedLevel } from '../../domain/assessment.ts';
import { along, subtract } from '../../domain/point.ts';
import { remark } from '../../domain/remark.ts';
import { detectOnSlice } from '../../inference/foramina/detect-on-slice.ts';
import { finderInput } from '../../inference/foramina/finder-input.ts';
import { judgeNumbering } from '../../inference/foramina/judge-numbering.ts';
import type { ModelPack } from '../../inference/pack/model-pack.ts';
import type { LabelledSlices } from './slice-source.ts';
import type { SlicesEvaluation } from './summarise-slices.ts';

/** Every figure on labelled slices, those of numbering with them: null where the pack looks for no foramina there. */
export type NumberedSlices = SlicesEvaluation & { readonly numbering: NumberingSummary | null };

/** What the finder's foramina say of the numbering of a study's levels. */
interface Judgement {
  /** A warning is given. */
  readonly doubted: boolean;
  /** That neighbouring discs look alike is no doubt any more. */
  readonly confirmed: boolean;
}

/** Of a study's levels as they were labelled, and of the same one level too low and too high. */
export interface NumberingByForamina {
  readonly asLabelled: Judgement;
  readonly oneOff: readonly [lower: Judgement, higher: Judgement];
}

/** Over all studies: how often each judgement is given. */
export interface NumberingSummary {
  readonly studies: number;
  readonly asLabelled: { readonly doubted: number; readonly confirmed: number };
  /** Each study twice. */
  readonly oneOff: { readonly doubted: number; readonly confirmed: number };
}

/**
 * Judges the numbering as in a study, on its labelled slices alone. Null where the pack looks for no foramina there.
 * @throws Error when the network answers with anything but finite numbers.
 */
export async function numberingByForamina(
  { manifest: { foramenFinder: spec }, foramenFinder }: ModelPack,
  { volumes, levels }: LabelledSlices,
): Promise<NumberingByForamina | null> {
  const volume = spec && volumes[spec.input.role];
  if (!spec || !foramenFinder || !volume) return null;
  const peaks = [];
  for (const slice of volume.slices) {
    peaks.push(...(await detectOnSlice(foramenFinder, spec, await finderInput(slice, spec))));
  }
  const seen = peaks.filter(({ score }) => score >= spec.minConfidence);
  const doubt = remark('numbering-uncertain', { because: 'neighbours' });
  const judged = (numbered: readonly LocalisedLevel[]): Judgement => {
    const said = judgeNumbering(seen, numbered, [doubt]);
    return {
      doubted: said.some(({ facts }) => 'because' in facts && facts.because === 'foramina'),
      confirmed: said.length === 0,
    };
  };
  return { asLabelled: judged(levels), oneOff: [judged(shifted(levels, 1)), judged(shifted(levels, -1))] };
}

export function summariseNumbering(studies: readonly NumberingByForamina[]): NumberingSummary {
  const count = (all: readonly Judgement[]) => ({
    doubted: all.filter(({ doubted }) => doubted).length,
    confirmed: all.filter(({ confirmed }) => confirmed).length,
  });
  return {
    studies: studies.length,
    asLabelled: count(studies.map(({ asLabelled }) => asLabelled)),
    oneOff: count(studies.flatMap(({ oneOff }) => oneOff)),
  };
}

/** Every level at the place of the one so many lower; beyond the last as far as that is from the one before. */
function shifted(levels: readonly LocalisedLevel[], by: 1 | -1): readonly LocalisedLevel[] {
  return levels.map((level, i): LocalisedLevel => {
    const at = levels[i + by];
    if (at) return { ...at, level: level.level };
    const before = levels[i - by]!;
    const next = (key: 'discMm' | 'canalMm') => along(level[key], subtract(level[key], before[key]), 1);
    return { ...level, discMm: next('discMm'), canalMm: next('canalMm') };
  });
}
