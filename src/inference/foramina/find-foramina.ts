import type { LocalisedLevel, SidedPoints } from '../../domain/assessment.ts';
import { dot, type Point, subtract } from '../../domain/point.ts';
import type { Warning } from '../../domain/remark.ts';
import { SIDES } from '../../domain/target.ts';
import { preparedInTurns } from '../../process/prepared-in-turns.ts';
import type { Slice, Volume } from '../../volume/volume.ts';
import { levelFrame } from '../crop/level-frame.ts';
import { leftNormal } from '../crop/plane-axes.ts';
import type { ModelRunner } from '../network/model-runner.ts';
import type { ForamenFinderSpec } from '../pack/foramen-finder-spec.ts';
import { detectOnSlice } from './detect-on-slice.ts';
import { finderInput } from './finder-input.ts';
import { judgeNumbering } from './judge-numbering.ts';
import { placeLikelihood } from './place-likelihood.ts';

/** Slices nearer to the canal, or farther from it, show no foramen (mm to the side). */
const SHOWING_MM = [5, 30] as const;

/** The levels with their foramina, and what is doubtful of their numbering. */
export interface FoundForamina {
  readonly levels: readonly LocalisedLevel[];
  readonly warnings: readonly Warning[];
}

/**
 * Looks for the neural foramina on every slice of a sagittal volume that may show some. Of what the finder sees, each
 * level and side gets the peak that is likeliest there: by its height, its distance from the canal at that level to the
 * side, forwards and upwards, and hence by its slice. Which level the finder takes it for decides only about warnings.
 * @param doubts what the localiser warns of
 * @throws ImagingError when a slice cannot be decoded; Error when the network answers with anything but finite numbers.
 */
export async function findForamina(
  runner: ModelRunner,
  spec: ForamenFinderSpec,
  volume: Volume,
  levels: readonly LocalisedLevel[],
  doubts: readonly Warning[],
): Promise<FoundForamina> {
  const showing = volume.slices.filter((slice) => mayShow(slice, levels));
  const peaks = await preparedInTurns(
    showing,
    (slice) => finderInput(slice, spec),
    (input) => detectOnSlice(runner, spec, input),
  );
  const seen = peaks.flat().filter(({ score }) => score >= spec.minConfidence);
  const frames = levels.map(({ level }, i) => ({ level, frame: levelFrame(levels, i) }));
  const found = levels.map((level, i): LocalisedLevel => {
    const sides = SIDES.flatMap((side) => {
      let best: { pointMm: Point; likelihood: number } | null = null;
      for (const { pointMm, score } of seen) {
        const likelihood = Math.log(score) + placeLikelihood(pointMm, side, frames[i]!);
        if (best === null || likelihood > best.likelihood) best = { pointMm, likelihood };
      }
      return best === null || best.likelihood === -Infinity ? [] : [[side, best.pointMm] as const];
    });
    const foraminaMm: SidedPoints = Object.fromEntries(sides);
    return { ...level, foraminaMm };
  });
  return { levels: found, warnings: judgeNumbering(seen, levels, doubts) };
}

function mayShow({ plane }: Slice, levels: readonly LocalisedLevel[]): boolean {
  const left = leftNormal(plane);
  const [least, most] = SHOWING_MM;
  return levels.some(({ canalMm }) => {
    const toTheSide = Math.abs(dot(left, subtract(plane.originMm, canalMm)));
    return toTheSide >= least && toTheSide <= most;
  });
}
