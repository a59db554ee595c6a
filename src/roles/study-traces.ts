import { ARCHIVE_CALLS, type ArchiveExchange } from '../domain/archive-call.ts';
import type { AnalysisSubmitter } from '../jobs/analysis-submitter.ts';
import type { RunResult } from '../jobs/run-analysis.ts';
import type { ObserveRun } from '../jobs/workshop.ts';
import type { SpanFacts, Traces } from '../observe/traces/traces.ts';
import type { AnalyzeStudy } from '../results/analysis-outcome.ts';

/**
 * One trace a study: from whoever submits it, over the queue, to every run of its analysis and what that asks of the
 * archive, in whichever processes. Its spans wrap the work from outside; docs/traces.md tells them all.
 */
export interface StudyTraces {
  /** The span `submit`, as of which the analysis is kept. */
  submit(submitter: AnalysisSubmitter['submit']): AnalysisSubmitter['submit'];
  /** Wraps each look of the watcher: what was asked of the archive becomes a part of the submission, where it led to one. */
  readonly observeLook: <Result>(look: () => Promise<Result>) => Promise<Result>;
  /** The spans `queue` and `analysis`, of every run. */
  readonly observeRun: ObserveRun;
  /** A span a stage. */
  stages(analyze: AnalyzeStudy): AnalyzeStudy;
  /** A span a request to the archive. */
  archiveAsked(exchange: ArchiveExchange): void;
}

/** @param name writes a UID as the log does. */
export function studyTraces(traces: Traces, name: (uid: string) => string): StudyTraces {
  return {
    submit:
      (submit) =>
      (study, trigger, options = {}) => {
        const { occasion, traceparent: parent } = options;
        const { why, waitedMs = null } = occasion ?? {};
        const facts = { 'spinegrade.study': name(study), 'spinegrade.trigger': trigger };
        const what = {
          name: 'submit',
          kind: trigger === 'api' ? 'server' : 'producer',
          facts: why === undefined ? facts : { ...facts, 'spinegrade.why': why },
          // The trace of a study begins with whoever asked for it, or as it was first seen.
          parent: parent ?? null,
          sinceMs: waitedMs ?? 0,
        } as const;
        return traces.within(what, async (span) => {
          const submitted = await submit(study, trigger, {
            ...options,
            traceparent: traces.current ?? parent,
          });
          span.add({ 'spinegrade.analysis': submitted.id, 'spinegrade.created': submitted.created });
          return submitted;
        });
      },
    observeLook: traces.awaiting,
    observeRun(run, work) {
      const { id, studyInstanceUid, attempt, traceparent: parent, queuedMs } = run;
      const of = { 'spinegrade.analysis': id, 'spinegrade.study': name(studyInstanceUid) };
      const facts = { ...of, 'spinegrade.attempt': attempt };
      return traces.within({ name: 'analysis', kind: 'consumer', facts, parent }, async (span) => {
        traces.ended({ name: 'queue' }, queuedMs);
        const result = await work();
        span.add(outcomeOf(result));
        if (result.kind === 'fault' || result.kind === 'failed') span.fail(result.failure.code ?? 'unknown');
        return result;
      });
    },
    stages: (analyze) => (study, run) =>
      analyze(study, {
        ...run,
        observe: (stage, work) => run.observe(stage, () => traces.within({ name: stage }, work)),
      }),
    archiveAsked: (exchange) =>
      traces.ended(
        { name: exchange.call, kind: 'client', facts: factsOf(exchange) },
        exchange.ms,
        failureOf(exchange),
      ),
  };
}

/** `fault`: it may be tried again. `interrupted`: it goes back to the queue. */
function outcomeOf(result: RunResult): SpanFacts {
  if (result.kind === 'ineligible') {
    const reasons = result.reasons.map(({ code }) => code);
    return { 'spinegrade.outcome': result.kind, 'spinegrade.reasons': reasons.join(' ') };
  }
  return { 'spinegrade.outcome': result.kind };
}

function factsOf({ call, status, end, sentBytes, receivedBytes }: ArchiveExchange): SpanFacts {
  const { transaction, method } = ARCHIVE_CALLS[call];
  return {
    'spinegrade.transaction': transaction,
    'http.request.method': method,
    'http.request.body.size': sentBytes,
    'http.response.body.size': receivedBytes,
    ...(status === null ? {} : { 'http.response.status_code': status }),
    ...(end === 'whole' ? {} : { 'spinegrade.end': end }),
  };
}

/**
 * As OpenTelemetry's conventions have it for clients: the status from 400 on. But 404 is an answer, whose meaning the
 * stage knows, and what this service calls off is no failure.
 */
function failureOf({ status, end }: ArchiveExchange): string | null {
  if (status !== null && status >= 400 && status !== 404) return String(status);
  return end === 'broken' ? end : null;
}
