import type { LocalisedLevel } from '../domain/assessment.ts';
import { SIDES } from '../domain/target.ts';
import { pixelOnPatch } from '../inference/crop/patch-frame.ts';
import { finderInput } from '../inference/foramina/finder-input.ts';
import type { ForamenFinderSpec } from '../inference/pack/foramen-finder-spec.ts';
import { seededRandom } from '../phantom/random.ts';
import { patientToPixel } from '../volume/plane-geometry.ts';
import type { Slice } from '../volume/volume.ts';
import type { TrainingStudy } from './training-study.ts';

/** Slices of a study that the finder is shown: as many of each, so that a shard is an array. */
export const FINDER_SLICES = 4;
/** A foramen's slice lies no farther from it, and one that shows none of it no nearer (mm). */
const SHOWN_MM = 3;
const UNSEEN_MM = 8;

export interface FinderSample {
  /** [FINDER_SLICES, size, size], values in [0, 1]; 0 where the study has fewer slices. */
  readonly images: Float32Array;
  /**
   * [FINDER_SLICES, levels, 3]: column and row in input pixels, and 1 where the foramen is on the slice, 0 where it is
   * not, −1 where nobody said.
   */
  readonly targets: Float32Array;
}

/**
 * A few slices and the foramina on them: of a phantom the best of each side and two others, of labelled slices those
 * with the most labels.
 */
export async function finderSample(
  { foramina, seed }: TrainingStudy,
  spec: ForamenFinderSpec,
): Promise<FinderSample> {
  const { size } = spec.input;
  const { levels } = spec.output;
  const images = new Float32Array(FINDER_SLICES * size * size);
  const targets = new Float32Array(FINDER_SLICES * levels.length * 3).fill(-1);
  if (foramina === null) return { images, targets };
  for (const [s, slice] of chosen(foramina.slices, foramina.levels, seed).entries()) {
    const { data, frame } = await finderInput(slice, spec);
    images.set(data, s * size * size);
    for (const [k, level] of levels.entries()) {
      const { foraminaMm = {} } = foramina.levels.find((each) => each.level === level)!;
      const places = SIDES.map((side) => foraminaMm[side]).filter((point) => point !== undefined);
      const away = places.map((point) => Math.abs(patientToPixel(slice.plane, point).distanceMm));
      const nearest = places[away.indexOf(Math.min(...away))];
      const distance = Math.min(...away);
      if (nearest !== undefined && distance <= (foramina.whole ? SHOWN_MM : 0.1)) {
        const { column, row } = pixelOnPatch(frame, nearest);
        const inside = column >= 0 && row >= 0 && column <= size - 1 && row <= size - 1;
        targets.set([column, row, inside ? 1 : 0], (s * levels.length + k) * 3);
      } else if (foramina.whole && distance >= UNSEEN_MM) {
        targets.set([0, 0, 0], (s * levels.length + k) * 3);
      }
    }
  }
  return { images, targets };
}

/** The slices that show the most foramina, then others at random. */
function chosen(slices: readonly Slice[], levels: readonly LocalisedLevel[], seed: number): readonly Slice[] {
  const rng = seededRandom(seed, 'finder-sample');
  const places = levels
    .flatMap(({ foraminaMm = {} }) => SIDES.map((side) => foraminaMm[side]))
    .filter((point) => point !== undefined);
  const drawn = slices.map((slice) => ({
    slice,
    shown: places.filter((point) => Math.abs(patientToPixel(slice.plane, point).distanceMm) <= SHOWN_MM)
      .length,
    turn: rng.uniform(0, 1),
  }));
  const byShown = drawn.toSorted((a, b) => b.shown - a.shown || a.turn - b.turn);
  const best = byShown.slice(0, FINDER_SLICES / 2);
  const others = byShown.slice(FINDER_SLICES / 2).sort((a, b) => a.turn - b.turn);
  return [...best, ...others].slice(0, FINDER_SLICES).map(({ slice }) => slice);
}
