import { inWords, type Reason } from '../../domain/remark.ts';
import type { ResultKind } from '../../domain/result-object.ts';
import type { Stage } from '../../domain/stage.ts';
import type { StudyInstanceUid } from '../../domain/uid.ts';
import type { AnalysisReference, EventWriter } from './event-writer.ts';

/** The analyses themselves. */
export function analysisEvents({ log, metrics, study, analysis, words, fault }: EventWriter) {
  return {
    analysisStarted(of: AnalysisReference, attempt: number) {
      metrics.attempts.inc();
      log.info({ event: 'analysis-started', ...analysis(of), attempt }, 'analysis started');
    },
    stageFinished(of: AnalysisReference, stage: Stage, ms: number) {
      metrics.stageSeconds.observe({ stage }, ms / 1000);
      log.debug({ event: 'stage-finished', ...analysis(of), stage, ms: Math.round(ms) }, `${stage} finished`);
    },
    analysisStored(of: AnalysisReference, ms: number) {
      metrics.analyses.inc({ outcome: 'stored' });
      metrics.analysisSeconds.observe(ms / 1000);
      log.info({ event: 'analysis-stored', ...analysis(of), ms: Math.round(ms) }, 'report stored');
    },
    /** An object is stored, with a reservation of the archive (PS3.18 table I.2-2) or under another UID; once an object. */
    objectStoredWithWarning(uid: StudyInstanceUid, kind: ResultKind, warning: string) {
      metrics.storeWarnings.inc({ kind });
      log.warn(
        { event: 'object-stored-with-warning', ...study(uid), kind, warning },
        'the archive stored an object with a warning',
      );
    },
    analysisIneligible(of: AnalysisReference, reasons: readonly Reason[]) {
      metrics.analyses.inc({ outcome: 'ineligible' });
      for (const { code } of reasons) metrics.ineligible.inc({ code });
      const facts = { codes: reasons.map(({ code }) => code), reasons: reasons.map(inWords).map(words) };
      log.info({ event: 'analysis-ineligible', ...analysis(of), ...facts }, 'study cannot be analysed');
    },
    /** A fault that will be tried again. */
    analysisRetried(of: AnalysisReference, stage: Stage | null, delayMs: number, error: unknown) {
      metrics.retries.inc({ stage: stage ?? 'none' });
      const facts = { event: 'analysis-retried', ...analysis(of), stage, delayMs: Math.round(delayMs) };
      log.warn({ ...facts, ...fault(error) }, 'analysis failed and will be tried again');
    },
    /** A fault that is final. */
    analysisFailed(of: AnalysisReference, stage: Stage | null, retryable: boolean, error: unknown) {
      metrics.analyses.inc({ outcome: 'failed' });
      metrics.failures.inc({ stage: stage ?? 'none', retryable: String(retryable) });
      log.error(
        { event: 'analysis-failed', ...analysis(of), stage, retryable, ...fault(error) },
        'analysis failed',
      );
    },
  };
}
