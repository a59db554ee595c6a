import type { PackManifest } from '../inference/pack/pack-manifest.ts';
import type { PhantomOptions } from '../phantom/phantom-options.ts';
import { phantomStudy } from '../phantom/phantom-study.ts';
import { misplace } from './misplace.ts';
import { renderWindow } from './render-window.ts';
import { renderedOnce } from './rendered-once.ts';
import type { TrainingStudy } from './training-study.ts';
import { withForamina } from './with-foramina.ts';

/**
 * A phantom as a study to train on. The localiser reads a few whole slices, the classifiers a small part of many:
 * neither pays for the other, and what the localiser has read is not rendered again.
 */
export function phantomTrainingStudy(
  seed: number,
  options: PhantomOptions,
  { classifiers, localiser, foramenFinder }: PackManifest,
  withLocaliser: boolean,
): TrainingStudy {
  const { volumes, truth } = phantomStudy(seed, { ...options, window: renderWindow(classifiers) });
  const { role } = localiser.input;
  const known: Omit<TrainingStudy, 'volumes' | 'localiser' | 'foramina'> = {
    levels: misplace(withForamina(truth), seed),
    truth: {
      grade: (key) => truth.fourGrades[key],
      label: (label, level) => truth.labels[level][label],
    },
    seed,
  };
  const levels = withForamina(truth).map((level) => ({ ...level, confidence: 1 }));
  // Whole slices, a few of them: those of the other volumes hold what the classifiers read.
  const whole = phantomStudy(seed, options).volumes;
  const foramina = foramenFinder
    ? { slices: whole[foramenFinder.input.role]!.slices, levels, whole: true }
    : null;
  if (!withLocaliser) return { ...known, volumes, localiser: null, foramina };
  const once = renderedOnce(whole[role]!, volumes[role]!);
  return {
    ...known,
    volumes: { ...volumes, [role]: once.windowed },
    localiser: { volume: once.whole, landmarks: truth.landmarks },
    foramina,
  };
}
