import type { GradedStudy } from '../../domain/assessment.ts';
import type { FaultCode } from '../../domain/fault.ts';
import { GRADES } from '../../domain/grade.ts';
import { codeOf, inWords, type Reason } from '../../domain/remark.ts';
import type { ResultKind } from '../../domain/result-object.ts';
import type { Stage } from '../../domain/stage.ts';
import { TARGETS } from '../../domain/target.ts';
import type { StudyInstanceUid } from '../../domain/uid.ts';
import { FAULT_LABELS } from '../metrics/analysis-metrics.ts';
import type { AnalysisReference, EventWriter } from './event-writer.ts';

/** What an attempt, or an analysis, failed of. */
interface Failure {
  readonly stage: Stage | null;
  readonly code: FaultCode | null;
  readonly retryable: boolean;
}

/** How long the archive was without a result, seconds. */
export interface ResultDelay {
  readonly trigger: 'api' | 'watch' | 'worklist';
  readonly sinceFirstSeen: number;
  readonly sinceLastImage: number;
}

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
    analysisStored(
      of: AnalysisReference,
      ms: number,
      { trigger, sinceFirstSeen, sinceLastImage }: ResultDelay,
    ) {
      metrics.analyses.inc({ outcome: 'stored' });
      metrics.analysisSeconds.observe(ms / 1000);
      metrics.resultDelay.observe({ trigger }, sinceFirstSeen);
      metrics.resultDelayAfterLastImage.observe({ trigger }, sinceLastImage);
      const facts = { ms: Math.round(ms), delaySeconds: Math.round(sinceFirstSeen) };
      log.info({ event: 'analysis-stored', ...analysis(of), ...facts }, 'report stored');
    },
    /** The networks of the pack are loaded: what they will say begins at 0. */
    packReports(
      { name, version }: Pick<GradedStudy['algorithm'], 'name' | 'version'>,
      networks: readonly string[],
    ) {
      const pack = { pack: name, pack_version: version };
      for (const network of networks) metrics.networkSeconds.zero({ network });
      for (const { condition, level } of TARGETS) {
        for (const grade of GRADES) metrics.findings.inc({ ...pack, condition, level, grade }, 0);
        metrics.findingConfidence.zero({ ...pack, condition, level });
      }
    },
    /** The networks graded a study whose results were not known. */
    studyGraded(uid: StudyInstanceUid, { findings, warnings, algorithm }: GradedStudy) {
      const pack = { pack: algorithm.name, pack_version: algorithm.version };
      for (const { condition, level, grade, probabilities } of findings) {
        metrics.findings.inc({ ...pack, condition, level, grade });
        metrics.findingConfidence.observe({ ...pack, condition, level }, probabilities[grade]);
      }
      const codes = [...new Set(warnings.map(codeOf).filter((code) => code !== null))];
      for (const code of codes) metrics.warnings.inc({ code });
      const facts = { findings: findings.length, warnings: codes };
      log.debug({ event: 'study-graded', ...study(uid), ...facts }, 'study graded');
    },
    /** One run of a network of the pack over the samples of a study. */
    networkRan(network: string, ms: number) {
      metrics.networkSeconds.observe({ network }, ms / 1000);
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
    analysisRetried(of: AnalysisReference, { stage, code }: Failure, delayMs: number, error: unknown) {
      metrics.retries.inc({ stage: stage ?? 'none', code: codeLabel(code) });
      const facts = { event: 'analysis-retried', ...analysis(of), stage, code, delayMs: Math.round(delayMs) };
      log.warn({ ...facts, ...fault(error) }, 'analysis failed and will be tried again');
    },
    /** Somebody wanted it to end, and it did: nothing of it is stored. */
    analysisCancelled(of: AnalysisReference) {
      metrics.analyses.inc({ outcome: 'cancelled' });
      log.info({ event: 'analysis-cancelled', ...analysis(of) }, 'analysis cancelled');
    },
    /** A fault that is final. */
    analysisFailed(of: AnalysisReference, { stage, code, retryable }: Failure, error: unknown) {
      metrics.analyses.inc({ outcome: 'failed' });
      metrics.failures.inc({ stage: stage ?? 'none', code: codeLabel(code), retryable: String(retryable) });
      const facts = { event: 'analysis-failed', ...analysis(of), stage, code, retryable };
      log.error({ ...facts, ...fault(error) }, 'analysis failed');
    },
  };
}

function codeLabel(code: FaultCode | null): string {
  if (code === null) return 'none';
  return FAULT_LABELS.includes(code) ? code : 'other';
}
