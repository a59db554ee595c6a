import type { StudyInstanceUid } from '../domain/uid.ts';

/** An analysis that came to its final state, as the database noted it (trigger `analysis_ended`). */
export interface AnalysisEnd {
  readonly analysisId: string;
  readonly studyInstanceUid: StudyInstanceUid;
  /** Final. */
  readonly state: string;
  /** Why it is ineligible or failed. */
  readonly codes: readonly string[];
  readonly endedAt: Date;
}

/**
 * What receivers are told, some 300 bytes: which analysis has ended how, and no more. Whoever wants to know what was
 * found asks the API, and shows there that they may (Standard Webhooks 1.0.0, thin payloads).
 */
export function endMessage(end: AnalysisEnd): { readonly type: string; readonly body: string } {
  const { analysisId, studyInstanceUid, state, codes, endedAt } = end;
  const type = `analysis.${state}`;
  const data = { analysisId, studyInstanceUid, state, codes };
  return { type, body: JSON.stringify({ type, timestamp: endedAt.toISOString(), data }) };
}
