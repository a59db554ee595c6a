import type { Archive } from './dicomweb/archive.ts';
import { fetchVolumes } from './dicomweb/fetch-volumes.ts';
import { inspectStudy } from './dicomweb/inspect-study.ts';
import { storeReport } from './dicomweb/store-report.ts';
import type { GradedStudy, IneligibleStudy } from './domain/assessment.ts';
import type { SeriesRole } from './domain/series-role.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from './domain/uid.ts';
import { inputSetHash } from './imaging/analysis-input.ts';
import { deterministicUid } from './imaging/deterministic-uid.ts';
import { ImagingError } from './imaging/imaging-error.ts';
import type { Selection } from './imaging/select-series.ts';
import type { DecodeFrame } from './imaging/slice-from-instance.ts';
import { studyContext } from './imaging/study-context.ts';
import { classify } from './inference/classify.ts';
import { cropRegions } from './inference/crop-regions.ts';
import { localise } from './inference/localise.ts';
import type { ModelPack } from './inference/model-pack.ts';
import { composeReport, type ReportToCompose } from './sr/encode-report.ts';
import { reportDifferences } from './sr/report-differences.ts';

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

export type AnalysisOutcome = { readonly kind: 'stored'; readonly report: KeptReport } | IneligibleStudy;

/** Wraps each stage from outside: progress, timing, metrics. */
export type ObserveStage = <T>(stage: Stage, run: () => Promise<T>) => Promise<T>;

export type AnalyzeStudy = (
  study: StudyInstanceUid,
  run: { readonly signal: AbortSignal; readonly observe: ObserveStage },
) => Promise<AnalysisOutcome>;

export interface AnalysisParts {
  readonly archive: Archive;
  readonly decode: DecodeFrame;
  readonly pack: ModelPack;
  readonly outbox: ReportOutbox;
  readonly report: Pick<ReportToCompose, 'observer' | 'seriesNumber'>;
  readonly now: () => Date;
}

/**
 * THE pipeline: from a study in the archive to its report in the archive. The same input set and pack give the
 * same key, and so one report, whatever the number of runs and wherever one was cut off.
 * @throws ArchiveError and whatever the networks throw; each says whether a retry can help.
 */
export function studyAnalysis({ archive, decode, pack, outbox, report, now }: AnalysisParts): AnalyzeStudy {
  const { manifest } = pack;
  return async (study, { signal, observe }) => {
    const { selection, firstChosen } = await observe('select', () =>
      inspectStudy(archive, study, manifest, signal),
    );
    const series = selection.decisions;
    if (series.length === 0) {
      return { kind: 'ineligible', series, reasons: ['the archive holds no series of this study'] };
    }
    if (selection.missing.length > 0) return { kind: 'ineligible', series, reasons: selection.reasons };

    const analysisKey = inputSetHash([study, pack.sha256, ...inputSet(selection)]);
    let kept = await outbox.find(analysisKey);
    if (kept === null) {
      const volumes = await observe('fetch', () =>
        fetchVolumes(archive, decode, study, selection.chosen, signal),
      ).catch((cause: unknown) => unreadable(cause));
      if (typeof volumes === 'string') return { kind: 'ineligible', series, reasons: [volumes] };
      const localisation = await observe('localise', () =>
        localise(pack, volumes[manifest.localiser.input.role]!),
      ).catch((cause: unknown) => ({ kind: 'not-localised' as const, reasons: [unreadable(cause)] }));
      if (localisation.kind === 'not-localised') {
        return { kind: 'ineligible', series, reasons: localisation.reasons };
      }
      const { levels } = localisation;
      const regions = await observe('crop', () => cropRegions(manifest.classifiers, volumes, levels)).catch(
        (cause: unknown) => unreadable(cause),
      );
      if (typeof regions === 'string') return { kind: 'ineligible', series, reasons: [regions] };
      const classification = await observe('classify', () => classify(pack, regions, levels, volumes));
      const { findings, observations } = classification;
      if (findings.length + observations.length === 0) {
        return { kind: 'ineligible', series, reasons: classification.warnings };
      }
      const missing = missingRoles(manifest.uses, selection);
      const warnings = [...localisation.warnings, ...missing, ...classification.warnings];
      const graded: GradedStudy = {
        kind: 'graded',
        series,
        levels,
        findings,
        observations,
        algorithm: pack.algorithm,
        warnings,
      };
      kept = await observe('report', async () => {
        const uids = {
          seriesInstanceUid: deterministicUid('sr-series', analysisKey) as SeriesInstanceUid,
          sopInstanceUid: deterministicUid('sr', analysisKey) as SopInstanceUid,
        };
        const images = Object.values(volumes).flatMap(({ role, slices }) =>
          slices.map((slice) => ({ reference: slice.image, role })),
        );
        const context = { studyContext: studyContext(firstChosen), createdAt: now() };
        const { bytes } = composeReport({
          ...report,
          ...uids,
          ...context,
          studyInstanceUid: study,
          graded,
          images,
        });
        return outbox.keep({ analysisKey, studyInstanceUid: study, ...uids, bytes, graded, stored: false });
      });
    }
    // Also when it was stored before: the archive may have lost it since. What it holds is not sent again.
    const sending = kept;
    await observe('store', () => storeReport(archive, sending, reportDifferences, signal));
    if (!kept.stored) await outbox.markStored(analysisKey);
    return { kind: 'stored', report: { ...kept, stored: true } };
  };
}

function inputSet({ chosen }: Selection): string[] {
  const series = [...chosen.values()].flat();
  return series.flatMap(({ headers }) => headers.map((header) => header.sopInstanceUid));
}

function missingRoles(uses: readonly SeriesRole[], { chosen }: Selection): string[] {
  const missing = uses.filter((role) => !chosen.has(role));
  return missing.map(
    (role) => `There is no ${role.replace('-t', ' T')} series: what is read there was read without it.`,
  );
}

/** An image that cannot be decoded makes the study ineligible, with the reason; every other fault goes on. */
function unreadable(cause: unknown): string {
  if (cause instanceof ImagingError) return cause.message;
  throw cause;
}
