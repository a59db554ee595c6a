import type { GradedStudy, IneligibleStudy } from './domain/assessment.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from './domain/uid.ts';

/** The way of a study; a stage's name appears in the API, in metrics and in failure reasons. */
export const STAGES = ['select', 'fetch', 'localise', 'crop', 'classify', 'report', 'store'] as const;
export type Stage = (typeof STAGES)[number];

/** A composed report, kept durably before it is sent so that a retry sends the same bytes. */
export interface KeptReport {
  /** SHA-256 over study UID, the SOP Instance UIDs of the input set, and the pack hash: one SR per key, ever. */
  readonly analysisKey: string;
  readonly studyInstanceUid: StudyInstanceUid;
  readonly seriesInstanceUid: SeriesInstanceUid;
  readonly sopInstanceUid: SopInstanceUid;
  readonly bytes: Uint8Array;
  readonly graded: GradedStudy;
  /** True once the archive gave the report back. */
  readonly stored: boolean;
}

/** Where composed reports wait until the archive has them. */
export interface ReportOutbox {
  find(analysisKey: string): Promise<KeptReport | null>;
  /** Keeps the report unless one with its key is kept already; returns the one that is kept. */
  keep(report: KeptReport): Promise<KeptReport>;
  markStored(analysisKey: string): Promise<void>;
}

export type AnalysisOutcome =
  | {
      readonly kind: 'stored';
      readonly report: KeptReport;
      readonly stagesMs: Readonly<Record<string, number>>;
    }
  | IneligibleStudy;

/** Wraps each stage from outside: progress, timing, metrics. */
export type ObserveStage = <T>(stage: Stage, run: () => Promise<T>) => Promise<T>;

export type AnalyzeStudy = (
  study: StudyInstanceUid,
  run: { readonly signal: AbortSignal; readonly observe: ObserveStage },
) => Promise<AnalysisOutcome>;
