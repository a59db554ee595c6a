import type { DicomJson } from '../dicom/json/dicom-json.ts';
import type { CodeOf } from '../domain/catalogue.ts';
import { Fault } from '../domain/fault.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../domain/uid.ts';

export interface StudySummary {
  readonly studyInstanceUid: StudyInstanceUid;
  /**
   * NumberOfStudyRelatedInstances, null when the archive does not tell or cannot be right. Counts our own objects too.
   */
  readonly instanceCount: number | null;
  /** StudyDate as it was sent, null when empty or absent: it may be no date at all. */
  readonly studyDate: string | null;
}

export interface SeriesSummary {
  readonly seriesInstanceUid: SeriesInstanceUid;
  readonly modality: string;
  readonly seriesNumber: number | null;
  /** NumberOfSeriesRelatedInstances. */
  readonly instanceCount: number;
}

/** What became of each object stored (PS3.18 10.5.3: judged per instance, never by the HTTP status alone). */
export interface StoreResult {
  readonly sopInstanceUid: SopInstanceUid;
  readonly stored: boolean;
  /** FailureReason (0008,1197) or the HTTP failure in words; null when stored. */
  readonly reason: string | null;
  /** The archive turned the object itself down, and not for want of room: the same bytes may never be taken. */
  readonly refused: boolean;
  /** WarningReason (0008,1196) in words, of an object that is stored; null when there is none. */
  readonly warning: string | null;
}

/**
 * A fault at the archive. `retryable` says whether trying again can help (connection, silence, what
 * archive-statuses.ts says passes, truncated body, count mismatch, credentials that a human will renew) or not.
 */
export class ArchiveError extends Fault<CodeOf<'fault'>> {
  override readonly name = 'ArchiveError';
  readonly status: number | null;
  /** What came is larger than this service takes. */
  readonly tooLarge: boolean;
  /** How long the archive asks to be left alone (Retry-After), null when it does not say. */
  readonly retryAfterMs: number | null;
  constructor(
    message: string,
    options: {
      retryable: boolean;
      status?: number | null;
      tooLarge?: boolean;
      retryAfterMs?: number | null;
      code?: CodeOf<'fault'>;
      cause?: unknown;
    },
  ) {
    super(options.code ?? 'archive-fault', message, options);
    this.status = options.status ?? null;
    this.tooLarge = options.tooLarge ?? false;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** What a caller wants to be told of one transfer. */
export interface TransferOptions {
  /**
   * Told of the bytes of the archive's answers as they arrive, those of failed tries among them. What it throws ends
   * the transfer, and is what the call throws.
   */
  readonly onBytes?: (count: number) => void;
}

/** What a caller wants to be told while series are listed. */
export interface ListingOptions {
  /**
   * Told of each series as its first row arrives, while further pages are asked for; null where that row does not say how
   * many instances it has.
   */
  readonly onSeries?: (
    series: Pick<SeriesSummary, 'seriesInstanceUid' | 'modality'>,
    instanceCount: number | null,
  ) => void;
}

/** What to look for; `studyDate` is an inclusive DA range, null for all. */
export interface StudyQuery {
  readonly studyDate: { readonly from: string; readonly to: string } | null;
  /** No more rows than these, in the archive's own order. */
  readonly atMost?: number;
}

/** The PACS as this service sees it. Every call observes `signal`. Throws ArchiveError. */
export interface Archive {
  /** MR studies (ModalitiesInStudy), paged to the end, each once. */
  findStudies(query: StudyQuery, signal?: AbortSignal): Promise<readonly StudySummary[]>;
  /** All series of a study, any modality; empty when the archive does not know the study. */
  findSeries(
    study: StudyInstanceUid,
    signal?: AbortSignal,
    options?: ListingOptions,
  ): Promise<readonly SeriesSummary[]>;
  /** How many instances of a series are listed one by one, where its own count is in doubt. */
  countInstances(study: StudyInstanceUid, series: SeriesInstanceUid, signal?: AbortSignal): Promise<number>;
  /** Metadata (no pixel data) of every instance of a series, as DICOM JSON, text in UTF-8. */
  seriesMetadata(
    study: StudyInstanceUid,
    series: SeriesInstanceUid,
    signal?: AbortSignal,
    options?: TransferOptions,
  ): Promise<readonly DicomJson[]>;
  /**
   * Streams the Part 10 bytes of every instance of a series as they arrive, one item an instance, each alone in its
   * ArrayBuffer, in the syntax the archive holds. Throws at the end of a truncated response; never ends early in
   * silence.
   */
  retrieveSeries(
    study: StudyInstanceUid,
    series: SeriesInstanceUid,
    signal?: AbortSignal,
    options?: TransferOptions,
  ): AsyncIterable<Uint8Array>;
  /**
   * One instance's Part 10 bytes, null when the archive does not hold it. `listed`: the archive has just said that it
   * does, so that it is asked some times more before null is believed.
   */
  retrieveInstance(
    study: StudyInstanceUid,
    series: SeriesInstanceUid,
    instance: SopInstanceUid,
    signal?: AbortSignal,
    options?: TransferOptions & { readonly listed?: boolean },
  ): Promise<Uint8Array | null>;
  /** Stores Part 10 objects into the study; one result an object, in order. */
  store(
    study: StudyInstanceUid,
    objects: readonly { readonly sopInstanceUid: SopInstanceUid; readonly bytes: Uint8Array }[],
    signal?: AbortSignal,
  ): Promise<readonly StoreResult[]>;
  /** Whether the archive answers at all; throws ArchiveError when not. */
  ping(signal?: AbortSignal): Promise<void>;
}
