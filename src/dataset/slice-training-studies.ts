import type { SliceSource } from '../evaluation/slices/slice-source.ts';
import { misplace } from './misplace.ts';
import type { TrainingStudy } from './training-study.ts';

/**
 * Labelled slices as a study to train on: its places are the labelled ones, moved by the error a finder may make.
 * @param seed makes what is drawn at random for these slices their own.
 * @throws SliceError when a picture cannot be read.
 */
export async function sliceTrainingStudy(source: SliceSource, seed: number): Promise<TrainingStudy> {
  const { volumes, levels, grades } = await source.open();
  const sagittal = volumes['sagittal-t1'];
  return {
    volumes,
    levels: misplace(levels, seed).map((level, i) => onItsSlice(level, levels[i]!)),
    truth: { grade: (key) => grades[key], label: () => undefined },
    localiser: null,
    foramina: sagittal ? { slices: sagittal.slices, levels, whole: false } : null,
    seed,
  };
}

/** A foramen was labelled on one slice: misplaced within it, never onto the next. */
function onItsSlice(
  moved: TrainingStudy['levels'][number],
  { foraminaMm = {} }: TrainingStudy['levels'][number],
): TrainingStudy['levels'][number] {
  const sides = Object.entries(moved.foraminaMm ?? {}).map(([side, [, y, z]]) => {
    const [x] = foraminaMm[side as 'left' | 'right']!;
    return [side, [x, y, z]] as const;
  });
  return { ...moved, foraminaMm: Object.fromEntries(sides) };
}
