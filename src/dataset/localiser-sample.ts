import { dot, type Point, subtract } from '../domain/point.ts';
import { pixelOnPatch } from '../inference/crop/patch-frame.ts';
import { localiserInput } from '../inference/localise/localiser-input.ts';
import type { LocaliserSpec } from '../inference/pack/localiser-spec.ts';
import { seededRandom } from '../phantom/random.ts';
import type { TrainingStudy } from './training-study.ts';

/** The localiser is trained on stacks centred up to this far beside the canal. */
const OFF_CENTRE_MM = 11;
/** Half the width of the neighbourhood in which a landmark must show something. */
const SEEN_REACH = 3;

export interface LocaliserSample {
  /** [slices, size, size], values in [0, 1]. */
  readonly image: Float32Array;
  /**
   * [2·landmarks, 4], discs then canals: column and row in input pixels, distance from the middle slice in mm, and
   * 1 where it can be seen, 0 where it is out of the picture, −1 where nobody said where it is.
   */
  readonly targets: Float32Array;
}

/** One stack around a place near the canal, and where the landmarks lie in it. */
export async function localiserSample(
  { volume, landmarks }: NonNullable<TrainingStudy['localiser']>,
  spec: LocaliserSpec,
  seed: number,
): Promise<LocaliserSample> {
  const rng = seededRandom(seed, 'localiser-sample');
  const offCentreMm = rng.uniform(-OFF_CENTRE_MM, OFF_CENTRE_MM);
  const canals = landmarks.flatMap(({ level, canalMm }) => (canalMm === null ? [] : [{ level, canalMm }]));
  const middle = canals.find(({ level }) => level === 'L3/L4') ?? canals[Math.floor(canals.length / 2)];
  const input = await localiserInput(volume, spec, middle ? middle.canalMm[0] + offCentreMm : null);
  const { size, slices } = spec.input;
  const half = (size - 1) / 2;
  const target = (point: Point | null) => {
    if (point === null) return [0, 0, 0, -1];
    const { column, row } = pixelOnPatch(input.frame, point);
    const inside = column >= 0 && row >= 0 && column <= 2 * half && row <= 2 * half;
    // Where the field of view ends the sampled image is exactly 0: a landmark out there cannot be asked for.
    const seen = inside && showsAnything(input.data, size, Math.floor(slices / 2), column, row);
    return [column, row, dot(subtract(point, input.frame.centreMm), input.leftDirection), seen ? 1 : 0];
  };
  const rows = spec.output.landmarks.map((level) => landmarks.find((landmark) => landmark.level === level));
  const discs = rows.map((landmark) => target(landmark?.discMm ?? null));
  const canal = rows.map((landmark) => target(landmark?.canalMm ?? null));
  return { image: input.data, targets: Float32Array.from([...discs, ...canal].flat()) };
}

function showsAnything(
  data: Float32Array,
  size: number,
  channel: number,
  column: number,
  row: number,
): boolean {
  const at = channel * size * size + Math.round(row) * size + Math.round(column);
  for (let dr = -SEEN_REACH; dr <= SEEN_REACH; dr++) {
    for (let dc = -SEEN_REACH; dc <= SEEN_REACH; dc++) {
      if ((data[at + dr * size + dc] ?? 0) > 0) return true;
    }
  }
  return false;
}
