import type { Volume } from '../../volume/volume.ts';
import type { MaskedSlice } from './mask-source.ts';

/**
 * Every `step`-th slice of a case as a sagittal T2 volume, as far apart as those of a lumbar protocol.
 * @param first index of a slice that is among them, below `step`.
 */
export function maskedVolume(slices: readonly MaskedSlice[], step: number, first: number): Volume {
  const kept = slices.filter((_, i) => i % step === first);
  return { role: 'sagittal-t2', frameOfReferenceUid: null, slices: kept.map(({ slice }) => slice) };
}
