import { createHash } from 'node:crypto';
import type { SeriesSummary } from '../dicomweb/archive.ts';

/**
 * Hash over (SeriesInstanceUID, instance count) of the MR series, whatever their order. Reports, summary images and
 * key objects are of other modalities, so storing them changes nothing.
 */
export function studyFingerprint(series: readonly SeriesSummary[]): string {
  const lines = series
    .filter((one) => one.modality === 'MR')
    .map((one) => `${one.seriesInstanceUid} ${one.instanceCount}\n`)
    .toSorted();
  return createHash('sha256').update(lines.join('')).digest('hex');
}
