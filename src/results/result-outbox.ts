import type { GradedStudy } from '../domain/assessment.ts';
import type { ResultObject } from '../domain/result-object.ts';
import type { SopInstanceUid, StudyInstanceUid } from '../domain/uid.ts';

/** A report in the archive. */
export type ReportReference = Pick<ResultObject, 'seriesInstanceUid' | 'sopInstanceUid'>;

/** All objects of one analysis as they were composed, once. */
export interface ComposedResults {
  /** SHA-256 in hex over study, input set and pack, of a revision over its name too: one set of results per key, ever. */
  readonly analysisKey: string;
  /** Of a revision: the key without its name. */
  readonly inputKey?: string;
  readonly studyInstanceUid: StudyInstanceUid;
  readonly objects: readonly ResultObject[];
  /** Null for the notice that a study was not analysed. */
  readonly graded: GradedStudy | null;
  /** The reports of the study that this one replaces, the latest first; its SR names the latest. */
  readonly predecessors: readonly ReportReference[];
}

export interface KeptObject extends Omit<ResultObject, 'bytes'> {
  /** Null once they were let go, some days after the archive gave the object back. */
  readonly bytes: Uint8Array | null;
  /** True once the archive gave the object back. */
  readonly stored: boolean;
  /** The archive's words when it stored the object and had a reservation. */
  readonly warning: string | null;
}

/** One that can be sent. */
export type WholeObject = KeptObject & { readonly bytes: Uint8Array };

export interface KeptResults extends Omit<ComposedResults, 'objects'> {
  readonly objects: readonly KeptObject[];
}

/** Where composed results wait until the archive has them: kept durably first, so that a retry sends the same bytes. */
export interface ResultOutbox {
  find(analysisKey: string): Promise<KeptResults | null>;
  /** The latest results of an input: those of its key, or of the latest revision that was asked for since. */
  latest(inputKey: string): Promise<KeptResults | null>;
  /** One object, whosever results it is of. */
  object(sopInstanceUid: SopInstanceUid): Promise<KeptObject | null>;
  /** Keeps the results unless some with their key are kept already; returns those that are kept. */
  keep(results: ComposedResults): Promise<KeptResults>;
  /** Keeps further objects of results that are kept; those it has stay as they are. Returns all of them. */
  add(analysisKey: string, objects: readonly ResultObject[]): Promise<KeptResults>;
  markStored(sopInstanceUid: SopInstanceUid, warning: string | null): Promise<void>;
  /**
   * Puts an object in the place of a kept one: under other UIDs, or as the archive holds it. It counts as not stored.
   * @returns false when there is no such object: another run has replaced it.
   */
  replace(
    sopInstanceUid: SopInstanceUid,
    by: Omit<ResultObject, 'kind'>,
    warning: string | null,
  ): Promise<boolean>;
  /** Forgets an object whose bytes were let go and that the archive has lost: it is to be composed anew. */
  forget(sopInstanceUid: SopInstanceUid): Promise<void>;
  /** Notes that the archive turned the object down; how often it has done so, one after another, for this reason. */
  noteRefusal(sopInstanceUid: SopInstanceUid, reason: string): Promise<number>;
  /** The study's reports in the archive in the order of their replacement, the latest first. */
  storedReports(study: StudyInstanceUid): Promise<readonly ReportReference[]>;
}
