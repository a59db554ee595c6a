import type { Algorithm } from '../domain/assessment.ts';
import { type Ineligible, isIneligible } from '../domain/ineligible.ts';
import type { ShadowOutcome } from '../domain/pack-agreement.ts';
import type { ObserveStage } from '../domain/stage.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import { type Grading, grade } from '../inference/grade.ts';
import type { ModelPack } from '../inference/pack/model-pack.ts';
import type { Events } from '../observe/events/events.ts';
import { unlessAborted } from '../process/unless-aborted.ts';
import type { Volumes } from '../volume/volume.ts';
import { type ComparedStudy, comparedTargets } from './compared-study.ts';
import type { ShadowStore } from './shadow-store.ts';

/** A study as the pack that reports it saw it. */
export interface ServedStudy {
  readonly study: StudyInstanceUid;
  readonly volumes: Volumes;
  readonly algorithm: Algorithm;
  readonly grading: Grading | Ineligible;
}

/**
 * Lets a second pack grade a study that was reported, and keeps what both say. Never rejects.
 * @param signal when it has to end. What a network is still at then is left behind: the promise resolves, and the volumes
 *   may be given back, only when that has ended too.
 */
export type ShadowStudy = (served: ServedStudy, signal: AbortSignal) => Promise<void>;

export interface ShadowParts {
  readonly pack: ModelPack;
  readonly store: Pick<ShadowStore, 'keep'>;
  readonly events: Pick<Events, 'shadowCompared' | 'shadowLost'>;
  /** Studies whose volumes may be held for it at a time, those left behind among them; further ones are passed over. */
  readonly atMost: number;
}

/** A pack that computes beside another: what it says is compared, and never stored in the archive. */
export function shadowGrader({ pack, store, events, atMost }: ShadowParts): ShadowStudy {
  let held = 0;
  return async (served, signal) => {
    const { study, algorithm } = served;
    if (algorithm.packSha256 === pack.sha256) return;
    if (held >= atMost) return events.shadowLost(study, 'skipped');
    held += 1;
    const startedAt = performance.now();
    const shadowed = gradeInShadow(pack, served.volumes, signal);
    try {
      const told = await outcomeOf(served.grading, shadowed, signal);
      const { outcome, targets, reasons, fault } = told;
      if (outcome === 'stopped') return events.shadowLost(study, 'stopped');
      const shadowMs = performance.now() - startedAt;
      const compared = { study, serving: algorithm, shadow: pack.algorithm, outcome, shadowMs, targets };
      events.shadowCompared(compared, reasons, fault);
      await store.keep(compared).catch((cause) => events.shadowLost(study, 'not-kept', cause));
    } finally {
      await shadowed.catch(() => undefined);
      held -= 1;
    }
  };
}

/** No stage of it begins once the signal is aborted. */
async function gradeInShadow(
  pack: ModelPack,
  volumes: Volumes,
  signal: AbortSignal,
): Promise<Grading | Ineligible | 'series-missing'> {
  if (pack.manifest.requires.some((role) => volumes[role] === undefined)) return 'series-missing';
  const observe: ObserveStage = async (_, run) => {
    signal.throwIfAborted();
    return run();
  };
  return grade(pack, volumes, observe, signal);
}

interface Told extends Pick<ComparedStudy, 'targets'> {
  readonly outcome: ShadowOutcome | 'stopped';
  /** Codes why the shadow pack did not grade. */
  readonly reasons: readonly string[];
  readonly fault?: unknown;
}

async function outcomeOf(
  serving: Grading | Ineligible,
  shadowed: ReturnType<typeof gradeInShadow>,
  signal: AbortSignal,
): Promise<Told> {
  const nothing = { targets: [], reasons: [] };
  try {
    signal.throwIfAborted();
    const shadow = await unlessAborted(shadowed, signal);
    if (shadow === 'series-missing' || isIneligible(shadow)) {
      const outcome = isIneligible(serving) ? 'ineligible-both' : 'ineligible-shadow';
      const reasons = shadow === 'series-missing' ? [shadow] : shadow.reasons.map(({ code }) => code);
      return { ...nothing, outcome, reasons };
    }
    if (isIneligible(serving)) return { ...nothing, outcome: 'ineligible-serving' };
    return { ...nothing, outcome: 'compared', targets: comparedTargets(serving.findings, shadow.findings) };
  } catch (fault) {
    if (!signal.aborted) return { ...nothing, outcome: 'failed', fault };
    const isLate = signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError';
    return { ...nothing, outcome: isLate ? 'late' : 'stopped' };
  }
}
