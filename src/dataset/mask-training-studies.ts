import type { MaskedSlice } from '../evaluation/masks/mask-source.ts';
import { maskedLandmarks } from '../evaluation/masks/masked-landmarks.ts';
import { maskedVolume } from '../evaluation/masks/masked-volume.ts';
import { seededRandom } from '../phantom/random.ts';
import type { TrainingStudy } from './training-study.ts';

/** A case's slices lie closer than those of a lumbar protocol: it is shown so many times, with other slices left out. */
const TIMES = 8;
/** Every so many slices are kept, so that they lie 1.8 to 5.4 mm apart. */
const STEPS = [2, 6] as const;

/**
 * A case of masked slices as studies of the localiser alone. Levels that nobody drew, as those above the highest disc and
 * S1/S2, are unknown, not absent.
 * @param seed makes what is drawn at random for this case its own.
 */
export function maskTrainingStudies(slices: readonly MaskedSlice[], seed: number): readonly TrainingStudy[] {
  const rng = seededRandom(seed, 'masked-sample');
  const landmarks = maskedLandmarks(slices);
  if (landmarks.length === 0) return [];
  return Array.from({ length: TIMES }, (_, time): TrainingStudy => {
    const step = rng.integer(...STEPS);
    const volume = maskedVolume(slices, step, rng.integer(0, step - 1));
    return {
      volumes: {},
      levels: [],
      truth: { grade: () => undefined, label: () => undefined },
      localiser: { volume, landmarks },
      foramina: null,
      seed: seed * TIMES + time,
    };
  });
}
