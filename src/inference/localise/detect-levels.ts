import { setImmediate as nextTurn } from 'node:timers/promises';
import { along, type Point } from '../../domain/point.ts';
import { pointOnMap } from '../crop/patch-frame.ts';
import type { LocaliserSpec } from '../pack/localiser-spec.ts';
import type { ModelPack } from '../pack/model-pack.ts';
import { decodeChain } from './decode-chain.ts';
import { findPeaks, type Peak } from './find-peaks.ts';
import type { LocaliserInput } from './localiser-input.ts';
import { numberingMargin, upperMargin } from './numbering-margin.ts';
import { peakBehind } from './peak-behind.ts';

/** What one pass of the localiser saw. */
export interface Detection {
  /** One or null a landmark, cranial first. */
  readonly discs: readonly (DetectedLevel | null)[];
  /** See numberingMargin and upperMargin. */
  readonly margin: number | null;
  readonly upper: number | null;
}

interface DetectedLevel {
  readonly discMm: Point;
  readonly canalMm: Point;
  readonly confidence: number;
  readonly lateralMm: number;
  readonly middleX: number;
}

/** One pass of the network. */
export async function detectLevels(pack: ModelPack, input: LocaliserInput): Promise<Detection> {
  const spec = pack.manifest.localiser;
  const { size, slices } = spec.input;
  const outputs = await pack.localiser.run({
    [spec.input.name]: { dims: [1, slices, size, size], data: input.data },
  });
  const heatmaps = outputs[spec.output.heatmaps]!;
  const lateral = outputs[spec.output.lateralOffset]!;
  const [height, width] = [heatmaps.dims[2]!, heatmaps.dims[3]!];
  const maps = Array.from({ length: 2 * spec.output.landmarks.length }, (_, k) =>
    heatmaps.data.subarray(k * width * height, (k + 1) * width * height),
  );
  const peaks: (readonly Peak[])[] = [];
  for (const map of maps) {
    peaks.push(findPeaks(map, width, height));
    // Searching is arithmetic alone: other work gets its turn between maps.
    await nextTurn();
  }
  const count = spec.output.landmarks.length;
  const chain = decodeChain(peaks.slice(0, count), spec.output.mmPerPixel);
  const discMaps = maps.slice(0, count);
  const margin = numberingMargin(chain, discMaps, width, height);
  const upper = upperMargin(chain, discMaps, width, height);
  const discs = chain.map((disc, k) => {
    const canal = peakBehind(chain, k, peaks[count + k]!, spec.output.mmPerPixel);
    if (!disc || !canal) return null;
    const nearest = Math.round(canal.row) * width + Math.round(canal.column);
    const lateralMm = lateral.data[nearest]!;
    const toPatient = (peak: Peak) => peakToPatient(peak, input, spec, width, height, lateralMm);
    return {
      discMm: toPatient(disc),
      canalMm: toPatient(canal),
      confidence: Math.min(disc.score, canal.score),
      lateralMm,
      middleX: input.frame.centreMm[0],
    };
  });
  return { discs, margin, upper };
}

function peakToPatient(
  peak: Peak,
  { frame, leftDirection }: LocaliserInput,
  spec: LocaliserSpec,
  width: number,
  height: number,
  lateralMm: number,
): Point {
  const inSlice = pointOnMap(frame, peak, { width, height, mmPerPixel: spec.output.mmPerPixel });
  return along(inSlice, leftDirection, lateralMm);
}
