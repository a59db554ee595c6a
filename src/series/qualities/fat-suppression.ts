import type { ImageHeader } from '../../dicom/image/image-header.ts';
import { descriptionOf } from './described-weighting.ts';
import { dixonImage } from './image-fitness.ts';
import { medianTimeMs } from './median-time.ts';
import { STIR_MAX_INVERSION_MS } from './weighting-by-times.ts';

/** By inversion time, Dixon, scan options, or the description. @param headers the images of one contrast, at least one. */
export function isFatSuppressed(headers: readonly ImageHeader[]): boolean {
  const first = headers[0]!;
  const inversion = medianTimeMs(headers.map((header) => header.inversionTimeMs));
  const shortInversion = inversion !== null && inversion > 0 && inversion < STIR_MAX_INVERSION_MS;
  if (shortInversion || dixonImage(first) === 'water') return true;
  if (first.scanOptions.some((option) => /^(FS|SFS|FATSAT|SPAIR|SPIR)/i.test(option))) return true;
  const text = descriptionOf(first);
  // "T2/STIR" says one or the other.
  const saysStir = /(?<![A-Z])STIR(?![A-Z])/.test(text) && !/(?<![A-Z0-9])T2(?![0-9])/.test(text);
  return saysStir || /(?<![A-Z])(FS|FAT ?_?SAT|SPAIR|SPIR)(?![A-Z])/.test(text);
}
