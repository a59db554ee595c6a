import { observedQuantile } from '../../domain/quantile.ts';
import type { Volume } from '../../volume/volume.ts';
import type { ModelPack } from '../pack/model-pack.ts';
import { detectLevels } from './detect-levels.ts';
import { judgeDetection, type Localisation } from './judge-detection.ts';
import { localiserInput } from './localiser-input.ts';

/** Discs farther than this from the middle slice are looked for again on a stack centred on them. */
const RECENTRE_MM = 5;

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
  const first = await detectLevels(pack, await localiserInput(sagittal, spec, null));
  const lateralMm = first.discs.flatMap((disc) => (disc ? [disc.lateralMm] : []));
  // NaN where no disc was seen.
  const offCentre = observedQuantile(lateralMm, 0.5);
  if (!(Math.abs(offCentre) > RECENTRE_MM)) return judgeDetection(first, spec);
  const centreX = first.discs.find((disc) => disc !== null)!.middleX + offCentre;
  return judgeDetection(await detectLevels(pack, await localiserInput(sagittal, spec, centreX)), spec);
}
