import type { DicomJson } from '../dicom/json/dicom-json.ts';
import type { SeriesSummary } from '../dicomweb/archive.ts';
import type { SopInstanceUid } from '../domain/uid.ts';

/**
 * Where the images of one study come from: an archive or a folder. Every call observes `signal`.
 * What is wrong with the source itself is thrown as it is (ArchiveError, a file system's error).
 */
export interface ImageSource {
  /** Every series of the study, of any modality; empty when there is none. */
  series(signal?: AbortSignal): Promise<readonly SeriesSummary[]>;
  /** The attributes of every instance of a series, as many as it counts. */
  metadata(series: SeriesSummary, signal?: AbortSignal): Promise<readonly DicomJson[]>;
  /** The Part 10 bytes of every instance of a series, each alone in its ArrayBuffer; never fewer in silence. */
  instances(series: SeriesSummary, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** The Part 10 bytes of one instance. */
  instance(series: SeriesSummary, sopInstanceUid: SopInstanceUid, signal?: AbortSignal): Promise<Uint8Array>;
}
