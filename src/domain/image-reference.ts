import type { SeriesInstanceUid, SopInstanceUid } from './uid.ts';

/** One image (or one frame of a multi-frame image) of the study, as a report refers to it. */
export interface ImageReference {
  readonly sopClassUid: string;
  readonly sopInstanceUid: SopInstanceUid;
  readonly seriesInstanceUid: SeriesInstanceUid;
  readonly frameOfReferenceUid: string | null;
  /** 1-based frame of a multi-frame image, null for a single-frame image. */
  readonly frameNumber: number | null;
}
