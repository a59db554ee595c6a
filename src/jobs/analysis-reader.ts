import type { Sql } from '../database/sql.ts';
import type { ArchiveGate } from '../dicomweb/archive-gate.ts';
import { CATALOGUE } from '../domain/catalogue.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import type { AnalysisRecord } from './analysis-record.ts';
import { analysesOfStudy, findAnalysis } from './ledger/find-analyses.ts';

/** Tells what became of what was submitted. */
export interface AnalysisReader {
  find(id: string): Promise<AnalysisRecord | null>;
  /** The latest 100, newest first. */
  ofStudy(study: StudyInstanceUid): Promise<readonly AnalysisRecord[]>;
}

/** @param gate null where nothing is known of the archive. */
export function analysisReader(sql: Sql, gate: Pick<ArchiveGate, 'closed'> | null): AnalysisReader {
  return {
    async find(id) {
      const record = await findAnalysis(sql, id);
      return record && whyItWaits(record, gate);
    },
    ofStudy: async (study) => (await analysesOfStudy(sql, study)).map((record) => whyItWaits(record, gate)),
  };
}

/** While the archive is away, an analysis that waits for its first attempt waits for that. */
function whyItWaits(record: AnalysisRecord, gate: Pick<ArchiveGate, 'closed'> | null): AnalysisRecord {
  const code = gate?.closed ?? null;
  if (code === null || record.state !== 'queued' || record.failure !== null) return record;
  const reason = `waits until the archive answers: ${CATALOGUE[code].meaning}`;
  return { ...record, failure: { stage: null, code, reason, retryable: true } };
}
