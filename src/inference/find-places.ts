import type { LocalisedLevel } from '../domain/assessment.ts';
import { type Ineligible, isIneligible } from '../domain/ineligible.ts';
import type { Warning } from '../domain/remark.ts';
import type { OutlinedLevels } from '../measure/outlined-slice.ts';
import type { Volumes } from '../volume/volume.ts';
import { findForamina } from './foramina/find-foramina.ts';
import { localise } from './localise/localise.ts';
import type { ModelPack } from './pack/model-pack.ts';
import { centredOnDiscs } from './segment/centred-on-discs.ts';
import { segmentSagittal } from './segment/segment.ts';

/** Where the levels of a study lie. */
export interface Places {
  readonly kind: 'localised';
  readonly levels: readonly LocalisedLevel[];
  readonly warnings: readonly Warning[];
  /** What the discs were centred on; null where the pack has no segmenter. */
  readonly sagittal: OutlinedLevels['sagittal'] | null;
}

/**
 * The discs, in the middle of their outlines where the pack outlines them, and the foramina where the pack looks for them on a
 * series that is there.
 * @throws ImagingError when a slice cannot be decoded; Error when a network answers with anything but finite numbers.
 */
export async function findPlaces(pack: ModelPack, volumes: Volumes): Promise<Places | Ineligible> {
  const found = await localise(pack, volumes[pack.manifest.localiser.input.role]!);
  if (isIneligible(found)) return found;
  // Neither waits for the other: they are networks of their own.
  const [foramina, sagittal] = await Promise.all([
    foraminaOf(pack, volumes, found),
    segmentSagittal(pack, volumes, found.levels),
  ]);
  const { levels, warnings } = foramina;
  return {
    ...{ kind: 'localised', warnings, sagittal },
    levels: sagittal === null ? levels : centredOnDiscs(levels, sagittal),
  };
}

async function foraminaOf(
  { manifest: { foramenFinder: spec }, foramenFinder }: ModelPack,
  volumes: Volumes,
  found: Pick<Places, 'levels' | 'warnings'>,
): Promise<Pick<Places, 'levels' | 'warnings'>> {
  const volume = spec && volumes[spec.input.role];
  return volume && foramenFinder
    ? findForamina(foramenFinder, spec, volume, found.levels, found.warnings)
    : found;
}
