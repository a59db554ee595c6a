import type { Level } from '../../domain/level.ts';
import type { Point } from '../../domain/point.ts';
import { pointOnMap } from '../crop/patch-frame.ts';
import { decodeChain } from '../localise/decode-chain.ts';
import { findPeaks } from '../localise/find-peaks.ts';
import type { ModelRunner } from '../network/model-runner.ts';
import type { ForamenFinderSpec } from '../pack/foramen-finder-spec.ts';
import type { FinderInput } from './finder-input.ts';

/** A peak of the finder's heat maps. */
export interface ForamenPeak {
  /** That of the map: what the finder itself takes the foramen for. */
  readonly level: Level;
  /** On the slice's plane. */
  readonly pointMm: Point;
  /** 0 … 1. */
  readonly score: number;
  /** Whether it is the one of its level in the likeliest row of foramina on the slice. */
  readonly inChain: boolean;
}

/**
 * The foramina that the finder sees on one slice, several candidates a level.
 * @throws Error when the network answers with anything but finite numbers.
 */
export async function detectOnSlice(
  runner: ModelRunner,
  spec: ForamenFinderSpec,
  { data, frame }: FinderInput,
): Promise<readonly ForamenPeak[]> {
  const { size, name } = spec.input;
  const { [spec.output.heatmaps]: maps } = await runner.run({ [name]: { dims: [1, 1, size, size], data } });
  const [, , height, width] = maps!.dims as readonly [number, number, number, number];
  const { mmPerPixel, levels } = spec.output;
  const peaks = levels.map((_, k) =>
    findPeaks(maps!.data.subarray(k * width * height, (k + 1) * width * height), width, height),
  );
  const chain = decodeChain(peaks, mmPerPixel);
  return levels.flatMap((level, k) =>
    peaks[k]!.map((peak): ForamenPeak => {
      const pointMm = pointOnMap(frame, peak, { width, height, mmPerPixel });
      return { level, pointMm, score: peak.score, inChain: chain[k] === peak };
    }),
  );
}
