import type { LocalisedLevel } from '../../domain/assessment.ts';
import { midpoint } from '../../domain/point.ts';
import type { Slice, Volume } from '../../volume/volume.ts';
import { nearestSlice } from '../crop/nearest-slice.ts';

/** A sagittal slice this far beside the canal, and an axial one this far from a disc's middle, shows them no more, mm. */
const SHOWS_CANAL_MM = 4;
const SHOWS_DISC_MM = 4;

/** The sagittal slice on which each level is measured: the nearest to its canal; null where none is near. */
export function sagittalSlices(volume: Volume, levels: readonly LocalisedLevel[]): readonly (Slice | null)[] {
  return levels.map(({ canalMm }) => nearestSlice(volume, canalMm, SHOWS_CANAL_MM));
}

/** The axial slice through the posterior margin of each level's disc; null where none passes there. */
export function axialSlices(volume: Volume, levels: readonly LocalisedLevel[]): readonly (Slice | null)[] {
  return levels.map(({ discMm, canalMm }) => nearestSlice(volume, midpoint(discMm, canalMm), SHOWS_DISC_MM));
}
