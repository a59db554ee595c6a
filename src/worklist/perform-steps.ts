import type { SopInstanceUid } from '../domain/uid.ts';
import { beginWork } from './begin-work.ts';
import type { Claim } from './claim.ts';
import { followAnalysis, lookWhetherOver } from './follow-analysis.ts';
import type { PerformerDeps, PerformerSettings } from './performer-deps.ts';
import { readStep } from './read-step.ts';
import { confirmClaim, takeStep } from './take-step.ts';
import { byUrgency, isMeant, matchingKeys } from './which-steps.ts';

/** How often it is looked after what was claimed, and no more often the worklist is asked, whatever its events. */
const LOOK_MS = 1_000;
/** After a fault a step is left alone so long. */
const REST_SECONDS = 10;

/** What events of the worklist say, taken together: how many there are makes no difference. */
export interface Hints {
  /** Something happened: the worklist is to be asked soon. */
  changed: boolean;
  /** Steps that somebody wants to end. */
  readonly cancels: Set<SopInstanceUid>;
}

/**
 * Performs steps of the worklist until the signal aborts, then resolves: claims those that are meant, submits their
 * studies, reports what becomes of them. Everything is found out by asking; events only say when.
 */
export async function performSteps(
  deps: PerformerDeps,
  settings: PerformerSettings,
  hints: Hints,
  signal: AbortSignal,
): Promise<void> {
  const { clock, onEvent } = deps;
  let failures = 0;
  let pollAtMs = 0;
  while (!signal.aborted) {
    try {
      const polls = hints.changed || clock.elapsedMs() >= pollAtMs;
      hints.changed = false;
      await round(deps, settings, hints, polls, signal);
      failures = 0;
      if (polls) pollAtMs = clock.elapsedMs() + settings.pollMs;
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      const retryInMs = Math.max(LOOK_MS, Math.min(settings.maxBackoffMs, LOOK_MS * 2 ** failures));
      onEvent({ kind: 'poll-failed', error, retryInMs });
      pollAtMs = 0;
      await clock.sleep(retryInMs, signal).catch(() => undefined);
      continue;
    }
    await clock.sleep(LOOK_MS, signal).catch(() => undefined);
  }
}

async function round(
  deps: PerformerDeps,
  settings: PerformerSettings,
  hints: Hints,
  polls: boolean,
  signal: AbortSignal,
): Promise<void> {
  const { store, onEvent } = deps;
  if (hints.cancels.size > 0) {
    for (const workitem of await store.requestCancel([...hints.cancels]))
      onEvent({ kind: 'step-cancel-asked', workitem });
    hints.cancels.clear();
  }
  for (const claim of await store.open()) {
    if (claim.isDue)
      await ofStep(deps, claim.workitem, signal, () => followClaim(deps, settings, claim, polls, signal));
  }
  if (polls) await claimMore(deps, settings, signal);
}

/** What is wrong with one step holds no other up. */
async function ofStep(
  { store, onEvent }: PerformerDeps,
  workitem: SopInstanceUid,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    signal.throwIfAborted();
    await store.rest(workitem, REST_SECONDS);
    onEvent({ kind: 'step-failed', workitem, error });
  }
}

/** What a claim needs next. @param polls whether the worklist is asked of it, too, where nothing is to be told. */
async function followClaim(
  deps: PerformerDeps,
  settings: PerformerSettings,
  claim: Claim,
  polls: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (claim.state === 'claiming') return await confirmClaim(deps, settings, claim, signal);
  const analysis = claim.analysisId === null ? null : await deps.analyses.find(claim.analysisId);
  if (analysis === null) return await beginWork(deps, settings, claim, signal);
  if (polls && analysis.finishedAt === null && (await lookWhetherOver(deps, claim, signal))) return;
  await followAnalysis(deps, settings, claim, analysis, signal);
}

/** What is done, and the worklist cannot be told so yet, counts as held only where there is very much of it. */
const MOST_UNTOLD = 10;

/** How many of the claims keep others from being made. */
async function heldClaims({ store, analyses }: PerformerDeps, mostClaims: number): Promise<number> {
  const open = await store.open();
  if (open.length >= MOST_UNTOLD * mostClaims) return open.length;
  let held = 0;
  for (const { analysisId } of open) {
    const analysis = analysisId === null ? null : await analyses.find(analysisId);
    if (analysis === null || analysis.finishedAt === null) held += 1;
  }
  return held;
}

/** Claims the most urgent of the steps that are meant, as many as may be held. */
async function claimMore(
  deps: PerformerDeps,
  settings: PerformerSettings,
  signal: AbortSignal,
): Promise<void> {
  const { worklist, store, onEvent } = deps;
  const { which, mostClaims } = settings;
  const rows = await worklist.search({ ProcedureStepState: 'SCHEDULED', ...matchingKeys(which) }, signal);
  const meant = rows
    .flatMap((row) => readStep(row) ?? [])
    .filter((step) => step.state === 'SCHEDULED' && step.isReady && isMeant(step, which))
    .sort(byUrgency);
  const held = await heldClaims(deps, mostClaims);
  for (const step of meant.slice(0, Math.max(0, mostClaims - held))) {
    await ofStep(deps, step.workitem, signal, () => takeStep(deps, settings, step, signal));
  }
  onEvent({ kind: 'polled', found: meant.length, claims: (await store.open()).length });
}
