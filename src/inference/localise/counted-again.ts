import { LEVELS } from '../../domain/level.ts';
import { length, subtract } from '../../domain/point.ts';
import { observedQuantile } from '../../domain/quantile.ts';
import type { Volume } from '../../volume/volume.ts';
import type { ModelPack } from '../pack/model-pack.ts';
import { type Detection, detectLevels } from './detect-levels.ts';
import { localiserInput } from './localiser-input.ts';

/**
 * What was seen on one volume with the margins of its numbering counted on another volume of the patient too, of other contrast.
 * Where both number alike, each margin is the mean of both: of two independent looks the logarithms of how likely they are
 * add up. Where the other numbers otherwise, its margin speaks against. As it was where the other shows no lumbar spine.
 * @throws ImagingError when a slice cannot be decoded; Error when the network answers with anything but finite numbers.
 */
export async function countedAgain(pack: ModelPack, seen: Detection, other: Volume): Promise<Detection> {
  const spec = pack.manifest.localiser;
  const canals = seen.discs.flatMap((disc) => (disc ? [disc.canalMm[0]] : []));
  if (canals.length === 0) return seen;
  const again = await detectLevels(pack, await localiserInput(other, spec, observedQuantile(canals, 0.5)));
  const places = LEVELS.map((level) => spec.output.landmarks.indexOf(level));
  const shown = places.every((k) => (again.discs[k]?.confidence ?? 0) >= spec.minConfidence);
  if (!shown || again.margin === null || again.upper === null) return seen;
  const alike = places.filter((k) => nearest(seen, again.discs[k]!) === k).length;
  if (2 * alike <= places.length) return { ...seen, margin: mean(seen.margin, -again.margin) };
  return { ...seen, margin: mean(seen.margin, again.margin), upper: mean(seen.upper, again.upper) };
}

/** Index of the disc that a disc of the other volume is nearest to. */
function nearest({ discs }: Detection, { discMm }: NonNullable<Detection['discs'][number]>): number {
  const away = discs.map((disc) => (disc ? length(subtract(disc.discMm, discMm)) : Number.POSITIVE_INFINITY));
  return away.indexOf(Math.min(...away));
}

const mean = (a: number | null, b: number) => (a === null ? null : (a + b) / 2);
