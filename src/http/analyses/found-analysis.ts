import type { AnalysisRecord } from '../../jobs/analysis-record.ts';
import { ProblemError } from '../problems/problem-error.ts';

/** What the ledger has of an id. @throws ProblemError `not-found` where that is nothing */
export function foundAnalysis(record: AnalysisRecord | null): AnalysisRecord {
  if (record === null) throw new ProblemError('not-found', 'There is no analysis of that id.');
  return record;
}
