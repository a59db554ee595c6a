import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../../domain/stage.ts';
import { STAGES } from '../../domain/stage.ts';
import type { components } from '../../http/contract.ts';

/** An analysis as the API tells it. */
export type Analysis = components['schemas']['Analysis'];

export interface FollowOptions {
  readonly limitMs: number;
  readonly signal: AbortSignal;
  /** Called once, when the service first knows of the study. */
  onNoticed?(): void;
  /** Called once a stage, when it has ended. */
  onStage?(stage: Stage, ms: number): void;
}

const POLL_MS = 50;
const FINAL: readonly Analysis['state'][] = ['stored', 'ineligible', 'failed', 'cancelled'];

/**
 * Waits, through the API alone, until the service has noticed the study by itself and its analysis has ended.
 * @throws Error when that takes longer than the limit; the signal's reason when aborted.
 */
export async function followAnalysis(
  serviceUrl: string,
  study: string,
  options: FollowOptions,
): Promise<Analysis> {
  const endsAt = performance.now() + options.limitMs;
  const told = new Set<Stage>();
  for (
    let noticed = false;
    performance.now() < endsAt;
    await sleep(POLL_MS, undefined, { signal: options.signal })
  ) {
    const [analysis] = await analysesOf(serviceUrl, study, options.signal);
    if (analysis === undefined) continue;
    if (!noticed) options.onNoticed?.();
    noticed = true;
    for (const stage of STAGES) {
      const ms = analysis.stagesMs[stage];
      if (ms === undefined || told.has(stage)) continue;
      told.add(stage);
      options.onStage?.(stage, ms);
    }
    if (isFinal(analysis)) return analysis;
  }
  throw new Error(`the service did not finish the study within ${options.limitMs / 1000} s`);
}

/** All analyses of a study, the latest first. */
export async function analysesOf(
  serviceUrl: string,
  study: string,
  signal?: AbortSignal,
): Promise<readonly Analysis[]> {
  const response = await fetch(`${serviceUrl}/studies/${study}/analyses`, { signal: signal ?? null });
  if (!response.ok) throw new Error(`GET /studies/…/analyses answered ${response.status}`);
  const { analyses } = (await response.json()) as { analyses: Analysis[] };
  return analyses;
}

export const isFinal = ({ state }: Analysis): boolean => FINAL.includes(state);
