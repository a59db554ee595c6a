import type { Sql } from '../database/sql.ts';
import { CATALOGUE } from '../domain/catalogue.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import type { AnalysisRecord } from './analysis-record.ts';
import { type AnalysisEvent, eventsAfter } from './ledger/analysis-events.ts';
import type { AnalysisFilter } from './ledger/analysis-filter.ts';
import { type AnalysisStats, countAnalyses } from './ledger/count-analyses.ts';
import { analysesOfStudy, findAnalysis } from './ledger/find-analyses.ts';
import { type ListedPage, type ListKind, type ListPlace, listAnalyses } from './ledger/list-analyses.ts';
import type { WorkGate } from './workshop.ts';

/** Tells what became of what was submitted. */
export interface AnalysisReader {
  find(id: string): Promise<AnalysisRecord | null>;
  /** The latest 100, newest first. */
  ofStudy(study: StudyInstanceUid): Promise<readonly AnalysisRecord[]>;
  /** The newest first, a page of so many. @param from where the page before ended; null for the first */
  list(kind: ListKind, filter: AnalysisFilter, from: ListPlace | null, limit: number): Promise<ListedPage>;
  eventsAfter(id: string, after: number): Promise<readonly AnalysisEvent[]>;
  stats(since: Date): Promise<AnalysisStats>;
}

/** @param gate null where nothing is known of what studies need. */
export function analysisReader(sql: Sql, gate: Pick<WorkGate, 'closed'> | null): AnalysisReader {
  return {
    async find(id) {
      const record = await findAnalysis(sql, id);
      return record && whyItWaits(record, gate);
    },
    ofStudy: async (study) => (await analysesOfStudy(sql, study)).map((record) => whyItWaits(record, gate)),
    async list(kind, filter, from, limit) {
      const { analyses, next } = await listAnalyses(sql, kind, filter, from, limit);
      return { analyses: analyses.map((record) => whyItWaits(record, gate)), next };
    },
    eventsAfter: (id, after) => eventsAfter(sql, [{ id, after }]),
    stats: (since) => countAnalyses(sql, since),
  };
}

/** While what every study needs is away, an analysis that waits for its first attempt waits for that. */
function whyItWaits<Known extends Pick<AnalysisRecord, 'state' | 'failure'>>(
  record: Known,
  gate: Pick<WorkGate, 'closed'> | null,
): Known {
  const code = gate?.closed ?? null;
  if (code === null || record.state !== 'queued' || record.failure !== null) return record;
  const awaited = code.startsWith('archive-') ? 'the archive' : 'the inference server';
  const reason = `waits until ${awaited} answers: ${CATALOGUE[code].meaning}`;
  return { ...record, failure: { stage: null, code, reason, retryable: true } };
}
