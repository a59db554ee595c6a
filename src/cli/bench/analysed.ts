import { followAnalysis } from '../demo/follow-analysis.ts';

/** Asks the service for an analysis. @throws Error when it does not accept. */
export async function askFor(serviceUrl: string, study: string): Promise<void> {
  const { status } = await fetch(`${serviceUrl}/studies/${study}/analyze`, { method: 'POST' });
  if (status !== 202) throw new Error(`POST /studies/…/analyze answered ${status}`);
}

/** Waits until the study's report is in the archive. @throws Error when it is not within the limit, or cannot be. */
export async function stored(serviceUrl: string, study: string, limitMs: number): Promise<void> {
  const signal = AbortSignal.timeout(limitMs);
  const { state } = await followAnalysis(serviceUrl, study, { limitMs, signal });
  if (state !== 'stored') throw new Error(`a study was not stored but ${state}`);
}
