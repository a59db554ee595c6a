import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LocalisedLevel } from '../../domain/assessment.ts';
import { type Ineligible, ineligible } from '../../domain/ineligible.ts';
import { LEVELS } from '../../domain/level.ts';
import { along, type Point } from '../../domain/point.ts';
import { observedQuantile } from '../../domain/quantile.ts';
import { remark, type Warning } from '../../domain/remark.ts';
import type { Volume } from '../../volume/volume.ts';
import type { ModelPack } from '../pack/model-pack.ts';
import type { LandmarkLevel, LocaliserSpec } from '../pack/pack-manifest.ts';
import {
  decodeChain,
  findPeaks,
  numberingMargin,
  type Peak,
  peakBehind,
  upperMargin,
} from './decode-levels.ts';
import { type LocaliserInput, localiserInput } from './localiser-input.ts';
import { notLumbar } from './lumbar-evidence.ts';

export type Localisation =
  | {
      readonly kind: 'localised';
      readonly levels: readonly LocalisedLevel[];
      readonly warnings: readonly Warning[];
    }
  | Ineligible;

/** Discs farther than this from the middle slice are looked for again on a stack centred on them. */
const RECENTRE_MM = 5;
/**
 * A mean score ratio of about 3 between the numbering chosen and the next best (see numberingMargin, upperMargin).
 * Whole lumbar studies have 6 and more as a rule; of those with the sacrum cut off many have less. Phantoms of six lumbar
 * vertebrae (family validation) have as little in one of four, ordinary ones in one of twenty-five: the others look no
 * different, as in patients (Tokgoz et al., Korean J Radiol 2014;15:258). See NUMBERING_STATEMENT.
 */
const LEAST_NUMBERING_MARGIN = 1.2;

/**
 * Finds the five graded discs and the spinal canal at their height on the sagittal T2 volume.
 * Numbering is anchored at the sacrum: S1/S2 below L5/S1 is looked for too, and a warning is given when it is
 * not seen, when another numbering explains what is seen about as well, or when the upper discs look like those one
 * level lower. What cannot be a lumbar spine is not
 * localised. Points are in patient space (LPS, mm).
 * @throws Error when the network answers with anything but finite numbers.
 */
export async function localise(pack: ModelPack, sagittal: Volume): Promise<Localisation> {
  const spec = pack.manifest.localiser;
  const first = await detect(pack, await localiserInput(sagittal, spec, null));
  const lateralMm = first.discs.flatMap((disc) => (disc ? [disc.lateralMm] : []));
  // NaN where no disc was seen.
  const offCentre = observedQuantile(lateralMm, 0.5);
  if (!(Math.abs(offCentre) > RECENTRE_MM)) return judge(first, spec);
  const centreX = first.discs.find((disc) => disc !== null)!.middleX + offCentre;
  return judge(await detect(pack, await localiserInput(sagittal, spec, centreX)), spec);
}

interface Detection {
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

function judge({ discs, margin, upper }: Detection, spec: LocaliserSpec): Localisation {
  const at = (name: LandmarkLevel) => discs[spec.output.landmarks.indexOf(name)] ?? null;
  const missing = LEVELS.filter((level) => (at(level)?.confidence ?? 0) < spec.minConfidence);
  if (missing.length > 0) {
    const confidence = spec.minConfidence;
    const reason =
      missing.length === LEVELS.length
        ? remark('no-lumbar-spine', { of: 'none-found', confidence })
        : remark('discs-not-found', { levels: missing, confidence });
    return ineligible(reason);
  }
  const levels = LEVELS.map((level) => {
    const { discMm, canalMm, confidence } = at(level)!;
    return { level, discMm, canalMm, confidence };
  });
  const anchored = !spec.output.landmarks.includes('S1/S2') || at('S1/S2') !== null;
  const reasons = notLumbar(levels, anchored);
  if (reasons.length > 0) {
    return ineligible(...reasons.map((seen) => remark('no-lumbar-spine', seen)));
  }
  const doubtful = (value: number | null) => value !== null && value < LEAST_NUMBERING_MARGIN;
  const warnings = [
    ...(anchored ? [] : [remark('sacrum-not-seen', {})]),
    ...(doubtful(margin) ? [remark('numbering-uncertain', { because: 'neighbours' })] : []),
    ...(doubtful(upper) ? [remark('numbering-uncertain', { because: 'upper-discs' })] : []),
  ];
  return { kind: 'localised', levels, warnings };
}

/** One pass of the network. */
async function detect(pack: ModelPack, input: LocaliserInput): Promise<Detection> {
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
  const u = (peak.column - (width - 1) / 2) * spec.output.mmPerPixel;
  const v = (peak.row - (height - 1) / 2) * spec.output.mmPerPixel;
  const inSlice = along(along(frame.centreMm, frame.columnDirection, u), frame.rowDirection, v);
  return along(inSlice, leftDirection, lateralMm);
}
