import { along, type Point } from '../../domain/point.ts';
import type { Side } from '../../domain/target.ts';
import type { Sample } from '../classify/classifier-samples.ts';
import { CENTRE_OFFSET_MM, type ViewSpec } from '../pack/view-spec.ts';
import type { LevelFrame } from './level-frame.ts';

/** A view whose side is known: that of the sample, where the manifest says 'near'. */
export type SidedView = Omit<ViewSpec, 'side'> & { readonly side: Side };

/** The level's frame moved to the view's centre; null where that was not found. */
export function seenFrom({ centre = 'canal', side }: SidedView, level: LevelFrame): LevelFrame | null {
  if (centre === 'found-foramen') {
    const foramenMm = side === null ? undefined : level.foraminaMm[side];
    return foramenMm === undefined ? null : { ...level, canalMm: foramenMm, marginMm: foramenMm };
  }
  const mm = CENTRE_OFFSET_MM[centre];
  if (mm === 0 || side === null) return level;
  const towards: Point = side === 'left' ? [mm, 0, 0] : [-mm, 0, 0];
  const { canalMm, marginMm } = level;
  return { ...level, canalMm: along(canalMm, towards, 1), marginMm: along(marginMm, towards, 1) };
}

/** The view as a sample shows it. */
export function sidedView(view: ViewSpec, sample: Sample): SidedView {
  return { ...view, side: view.side === 'near' ? sample.side : view.side };
}
