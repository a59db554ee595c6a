import type { PackManifest } from '../inference/pack/pack-manifest.ts';
import type { PhantomOptions } from '../phantom/phantom-options.ts';
import { phantomStudy } from '../phantom/phantom-study.ts';
import type { Volume } from '../volume/volume.ts';
import { misplace } from './misplace.ts';
import { renderWindow } from './render-window.ts';
import type { TrainingStudy } from './training-study.ts';

/**
 * A phantom as a study to train on. The localiser reads a few whole slices, the classifiers a small part of many:
 * neither pays for the other, and what the localiser has read is not rendered again.
 */
export function phantomTrainingStudy(
  seed: number,
  options: PhantomOptions,
  { classifiers, localiser }: PackManifest,
  withLocaliser: boolean,
): TrainingStudy {
  const { volumes, truth } = phantomStudy(seed, { ...options, window: renderWindow(classifiers) });
  const { role } = localiser.input;
  const known: Omit<TrainingStudy, 'volumes' | 'localiser'> = {
    levels: misplace(truth.levels, seed),
    truth: {
      grade: (key) => truth.fourGrades[key],
      label: (label, level) => truth.labels[level][label],
    },
    seed,
  };
  if (!withLocaliser) return { ...known, volumes, localiser: null };
  const { whole, windowed } = renderedOnce(phantomStudy(seed, options).volumes[role]!, volumes[role]!);
  return {
    ...known,
    volumes: { ...volumes, [role]: windowed },
    localiser: { volume: whole, landmarks: truth.landmarks },
  };
}

/** The same volumes, of which the windowed one gives a slice whole once its pixels were read whole. */
function renderedOnce(whole: Volume, windowed: Volume): { whole: Volume; windowed: Volume } {
  const read = new Set<number>();
  const choice = (i: number) => (read.has(i) ? whole : windowed).slices[i]!;
  return {
    whole: {
      ...whole,
      slices: whole.slices.map(({ plane, image }, i) => ({
        plane,
        image,
        pixels() {
          read.add(i);
          return whole.slices[i]!.pixels();
        },
      })),
    },
    windowed: {
      ...windowed,
      slices: windowed.slices.map(({ image }, i) => ({
        image,
        get plane() {
          return choice(i).plane;
        },
        pixels: () => choice(i).pixels(),
      })),
    },
  };
}
