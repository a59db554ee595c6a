import type { PackManifest } from '../inference/pack-manifest.ts';
import { type PhantomOptions, phantomStudy } from '../phantom/phantom-study.ts';
import { misplace } from './misplace.ts';
import { renderWindow } from './render-window.ts';
import type { TrainingStudy } from './training-study.ts';

/**
 * A phantom as a study to train on. The localiser reads a few whole slices, the classifiers a small part of many:
 * neither pays for the other.
 */
export function phantomTrainingStudy(
  seed: number,
  options: PhantomOptions,
  { classifiers, localiser }: PackManifest,
  withLocaliser: boolean,
): TrainingStudy {
  const { volumes, truth } = phantomStudy(seed, { ...options, window: renderWindow(classifiers) });
  const whole = withLocaliser ? phantomStudy(seed, options).volumes[localiser.input.role] : undefined;
  return {
    volumes,
    levels: misplace(truth.levels, seed),
    truth: {
      grade: (key) => truth.fourGrades[key],
      label: (label, level) => truth.labels[level][label],
    },
    localiser: whole === undefined ? null : { volume: whole, landmarks: truth.landmarks },
    seed,
  };
}
