import type { DicomJson } from '../dicom/json/dicom-json.ts';
import type { Code } from '../domain/catalogue.ts';
import type { AnalysisRecord } from '../jobs/analysis-record.ts';
import type { Claim } from './claim.ts';
import type { PerformerDeps, PerformerSettings } from './performer-deps.ts';
import { readStep, type Step } from './read-step.ts';
import { canceledReport, completedReport, type Performed, type WhyCanceled } from './step-report.ts';

/** A step that the worklist refuses to hear of is tried so often, at these intervals, and then given up. */
const [MOST_REFUSALS, REFUSAL_WAIT_SECONDS] = [10, 60];

/** Whether the worklist says that the step is no longer to be performed. */
export const isOver = ({ state }: Pick<Step, 'state'>): boolean =>
  state === 'COMPLETED' || state === 'CANCELED';

/** Tells the worklist what was stored, and that the step is completed. */
export async function completeStep(
  deps: PerformerDeps,
  settings: PerformerSettings,
  claim: Claim,
  analysis: AnalysisRecord,
  signal: AbortSignal,
): Promise<void> {
  const report = (performed: Performed) =>
    completedReport(performed, analysis, settings.archiveUrl, deps.clock.now());
  await endStep(
    deps,
    settings,
    claim,
    { state: 'COMPLETED', outcome: 'completed', codes: [], report },
    signal,
  );
}

/** Tells the worklist why the step is given up, and what was stored all the same. */
export async function cancelStep(
  deps: PerformerDeps,
  settings: PerformerSettings,
  claim: Claim,
  why: WhyCanceled,
  signal: AbortSignal,
): Promise<void> {
  const { codes } = why;
  const report = (performed: Performed) =>
    canceledReport(performed, why, settings.archiveUrl, deps.clock.now());
  await endStep(deps, settings, claim, { state: 'CANCELED', outcome: 'canceled', codes, report }, signal);
}

/** The worklist ended the step itself, or lost it: nothing more can be said of it. */
export async function endTakenAway({ store, onEvent }: PerformerDeps, { workitem }: Claim): Promise<void> {
  const end = { outcome: 'taken-away', codes: ['step-taken-away'] } as const;
  await store.ended(workitem, end.outcome, end.codes);
  onEvent({ kind: 'step-ended', workitem, ...end });
}

interface Ending {
  readonly state: 'COMPLETED' | 'CANCELED';
  readonly outcome: 'completed' | 'canceled';
  readonly codes: readonly Code[];
  report(performed: Performed): DicomJson;
}

/** Report, then state (PS3.4 CC.2.1.2). All of it is done again where it was cut off. */
async function endStep(
  deps: PerformerDeps,
  { station }: PerformerSettings,
  claim: Claim,
  { state, outcome, codes, report }: Ending,
  signal: AbortSignal,
): Promise<void> {
  const { worklist, store, onEvent } = deps;
  const { workitem, transactionUid } = claim;
  const step = await worklist.retrieve(workitem, signal);
  const now = step && readStep(step)?.state;
  // Cut off between the two: what we made of it counts.
  const isSo = now === state;
  if (step === null || (!isSo && isOver({ state: now ?? null }))) return await endTakenAway(deps, claim);
  const performed = { step, station, startedAt: claim.claimedAt };
  if (!isSo) await worklist.update(workitem, transactionUid, report(performed), signal);
  const became = isSo ? 'done' : await worklist.changeState(workitem, transactionUid, state, signal);
  if (became === 'gone') return await endTakenAway(deps, claim);
  if (became === 'refused') return await refused(deps, claim);
  await store.ended(workitem, outcome, codes);
  onEvent({ kind: 'step-ended', workitem, outcome, codes });
}

/** Tried again after a while, as often as is sensible. */
async function refused({ store, onEvent }: PerformerDeps, { workitem }: Claim): Promise<void> {
  if ((await store.refused(workitem, REFUSAL_WAIT_SECONDS)) < MOST_REFUSALS) return;
  const end = { outcome: 'given-up', codes: ['step-refused'] } as const;
  await store.ended(workitem, end.outcome, end.codes);
  onEvent({ kind: 'step-ended', workitem, ...end });
}
