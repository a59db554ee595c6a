import type { SeriesRole } from '../../domain/series-role.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../../domain/uid.ts';

/** One object of a phantom study as Part 10 bytes, with what tells where it belongs. */
export interface PhantomInstance {
  readonly studyInstanceUid: StudyInstanceUid;
  readonly seriesInstanceUid: SeriesInstanceUid;
  readonly sopInstanceUid: SopInstanceUid;
  readonly instanceNumber: number;
  readonly role: SeriesRole;
  readonly bytes: Uint8Array;
}
