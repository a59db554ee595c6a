import type { SeriesInstanceUid, SopInstanceUid } from './uid.ts';

/**
 * What is written back to a study: Structured Report, summary image (Secondary Capture), Key Object Selection and
 * Segmentations, of which there is one for each series that was outlined; of the others there is one.
 */
export const RESULT_KINDS = ['SR', 'SC', 'KO', 'SEG'] as const;
export type ResultKind = (typeof RESULT_KINDS)[number];

/** In a reader's words. */
export const RESULT_KIND_NAMES: Readonly<Record<ResultKind, string>> = {
  SR: 'report',
  SC: 'summary image',
  KO: 'key object selection',
  SEG: 'segmentation',
};

/** A composed Part 10 object with the UIDs under which it will be found. */
export interface ResultObject {
  readonly kind: ResultKind;
  readonly seriesInstanceUid: SeriesInstanceUid;
  readonly sopInstanceUid: SopInstanceUid;
  readonly bytes: Uint8Array;
}
