import { CATALOGUE, type CatalogueEntry, type Code } from '../../../domain/catalogue.ts';
import { codeOf } from '../../../domain/remark.ts';
import type { FailedAttempt } from '../../../jobs/analysis-record.ts';
import type { ListedAnalysis } from '../../../jobs/ledger/list-analyses.ts';
import type { components } from '../../contract.ts';

type Schemas = components['schemas'];

/** Of a fault that the catalogue has no section for. */
const ANY_FAILURE = 'SpinegradeAnalysesFailing';

const NO_GRADES = { 'Normal/Mild': 0, Moderate: 0, Severe: 0 };

/** An analysis as lists have it. */
export function listedRepresentation(record: ListedAnalysis): Schemas['ListedAnalysis'] {
  const { id, studyInstanceUid, trigger, priority, note, state, stage, cancelRequested, attempts } = record;
  return {
    ...{ id, studyInstanceUid, trigger, priority, note, state, stage, cancelRequested, attempts },
    createdAt: record.createdAt.toISOString(),
    updatedAt: record.updatedAt.toISOString(),
    finishedAt: record.finishedAt?.toISOString() ?? null,
    acknowledgedAt: record.acknowledgedAt?.toISOString() ?? null,
    reasonCodes: record.reasons.map(codeOf),
    failureCode: record.failure?.code ?? null,
    grades: record.grades && { ...NO_GRADES, ...record.grades.counts },
  };
}

/** An analysis that failed, with all that somebody needs who looks after it. */
export function deadLetter(record: ListedAnalysis): Schemas['DeadLetter'] {
  const { id, studyInstanceUid, trigger, priority, note, failure, finishedAt, updatedAt } = record;
  const { stage = null, code = null, reason = '', retryable = false } = failure ?? {};
  return {
    ...{ id, studyInstanceUid, trigger, priority, note, stage, code, reason, retryable },
    createdAt: record.createdAt.toISOString(),
    failedAt: (finishedAt ?? updatedAt).toISOString(),
    acknowledgedAt: record.acknowledgedAt?.toISOString() ?? null,
    attempts: record.failedAttempts.map(failedAttempt),
    runbook: runbookOf(code),
  };
}

export function failedAttempt(of: FailedAttempt): Schemas['FailedAttempt'] {
  const { stage, code = null, reason } = of.failure;
  return {
    attempt: of.attempt,
    startedAt: of.startedAt === null ? null : new Date(of.startedAt).toISOString(),
    endedAt: new Date(of.endedAt).toISOString(),
    stage,
    code,
    reason,
  };
}

function runbookOf(code: Code | null): string {
  const entry: CatalogueEntry | undefined = code === null ? undefined : CATALOGUE[code];
  return entry?.runbook ?? ANY_FAILURE;
}
