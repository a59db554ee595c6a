import type { Claim } from './claim.ts';
import type { PerformerDeps, PerformerSettings } from './performer-deps.ts';
import { readStep, type Step } from './read-step.ts';
import { begunReport } from './step-report.ts';

/**
 * Claims a step. The Transaction UID is kept before it is sent, so that whatever becomes of the process, what was claimed
 * under it is known to be ours.
 */
export async function takeStep(
  deps: PerformerDeps,
  settings: PerformerSettings,
  { workitem }: Step,
  signal: AbortSignal,
): Promise<void> {
  const transactionUid = deps.newUid();
  if (!(await deps.store.begin(workitem, transactionUid))) return;
  await confirmClaim(deps, settings, { workitem, transactionUid }, signal);
}

/**
 * Asks the worklist for a step that is to be claimed; again, where what it said before is not known. A refusal may be of
 * a claim that is ours already: a report under its Transaction UID tells, as nobody else's is taken.
 */
export async function confirmClaim(
  { worklist, store, clock, onEvent }: PerformerDeps,
  { station }: PerformerSettings,
  { workitem, transactionUid }: Pick<Claim, 'workitem' | 'transactionUid'>,
  signal: AbortSignal,
): Promise<void> {
  const claimed = await worklist.changeState(workitem, transactionUid, 'IN PROGRESS', signal);
  const step = claimed === 'gone' ? null : await worklist.retrieve(workitem, signal);
  // An update of a step that nobody has claimed is no proof, and some servers take its POST for a request to cancel.
  const isClaimed = step !== null && readStep(step)?.state === 'IN PROGRESS';
  const begun = isClaimed ? begunReport({ step, station, startedAt: clock.now() }) : null;
  const told = begun === null ? 'gone' : await worklist.update(workitem, transactionUid, begun, signal);
  if (claimed === 'done' || told === 'done') {
    await store.claimed(workitem);
    onEvent({ kind: 'step-claimed', workitem });
    return;
  }
  await store.forget(workitem);
  onEvent({ kind: 'step-taken', workitem });
}
