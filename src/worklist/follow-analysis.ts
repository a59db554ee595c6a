import { CATALOGUE, type Code, type CodeOf } from '../domain/catalogue.ts';
import { codeOf, inWords } from '../domain/remark.ts';
import { isRestricted, SERIES_ROLES } from '../domain/series-role.ts';
import type { AnalysisRecord } from '../jobs/analysis-record.ts';
import { REPEATS } from '../jobs/repeats.ts';
import { retryDelayMs } from '../jobs/retry-delay.ts';
import type { Claim } from './claim.ts';
import { cancelStep, completeStep, endTakenAway, isOver } from './end-step.ts';
import type { PerformerDeps, PerformerSettings } from './performer-deps.ts';
import { liesElsewhere, readStep } from './read-step.ts';
import { progressReport } from './step-report.ts';

/** Wait before a failed analysis is asked for anew; doubled each time, up to the queue's longest delay. */
const FIRST_REPEAT_MS = 60_000;

/** Reports how far the analysis of a step is, and its end once it has come. */
export async function followAnalysis(
  deps: PerformerDeps,
  settings: PerformerSettings,
  claim: Claim,
  analysis: AnalysisRecord,
  signal: AbortSignal,
): Promise<void> {
  const { state, failure } = analysis;
  if (state === 'queued' || state === 'running') {
    if (claim.cancelRequested && (await calledOff(deps, settings, claim, analysis, signal))) return;
    return await reportProgress(deps, claim, analysis, signal);
  }
  if (state === 'stored') return await completeStep(deps, settings, claim, analysis, signal);
  if (state === 'cancelled') {
    const code = claim.cancelRequested ? 'cancel-asked' : 'analysis-cancelled';
    return await cancelStep(deps, settings, claim, { codes: [code] }, signal);
  }
  if (state === 'ineligible') return await cancelIneligible(deps, settings, claim, analysis, signal);
  if (claim.cancelRequested)
    return await cancelStep(deps, settings, claim, { codes: ['cancel-asked'] }, signal);
  // What may pass is not the end, unless it does not for days.
  if (failure?.retryable === true && claim.submissions <= REPEATS) {
    return await deps.store.putOff(claim.workitem, retryDelayMs(FIRST_REPEAT_MS, claim.submissions) / 1000);
  }
  const code = failure?.code ?? null;
  await cancelStep(deps, settings, claim, { codes: code === null ? [] : [code] }, signal);
}

/** A step that is asked to end ends at once, and the analysis with it where nobody else wants it. */
async function calledOff(
  deps: PerformerDeps,
  settings: PerformerSettings,
  claim: Claim,
  { id }: AnalysisRecord,
  signal: AbortSignal,
): Promise<boolean> {
  if (await deps.store.othersWant(claim)) {
    await cancelStep(deps, settings, claim, { codes: ['cancel-asked'] }, signal);
    return true;
  }
  // Its end, of whatever kind, is told when it has come: results may be on their way already.
  await deps.analyses.cancel(id);
  return false;
}

async function reportProgress(
  deps: PerformerDeps,
  claim: Claim,
  { stage }: AnalysisRecord,
  signal: AbortSignal,
): Promise<void> {
  if (claim.toldStage === (stage ?? 'queued')) return;
  const { workitem, transactionUid } = claim;
  const told = await deps.worklist.update(workitem, transactionUid, progressReport(stage), signal);
  if (told !== 'done') await lookWhetherOver(deps, claim, signal);
  await deps.store.told(workitem, stage ?? 'queued');
}

/** A step that the worklist ended meanwhile takes its analysis with it, where nobody else wants that. */
export async function lookWhetherOver(
  deps: PerformerDeps,
  claim: Claim,
  signal: AbortSignal,
): Promise<boolean> {
  const dataSet = await deps.worklist.retrieve(claim.workitem, signal);
  if (dataSet !== null && !isOver({ state: readStep(dataSet)?.state ?? null })) return false;
  if (claim.analysisId !== null && !(await deps.store.othersWant(claim)))
    await deps.analyses.cancel(claim.analysisId);
  await endTakenAway(deps, claim);
  return true;
}

async function cancelIneligible(
  deps: PerformerDeps,
  settings: PerformerSettings,
  claim: Claim,
  analysis: AnalysisRecord,
  signal: AbortSignal,
): Promise<void> {
  const { reasons, seriesOverride } = analysis;
  const codes = [...new Set(reasons.map(codeOf).filter((code): code is Code => code !== null))];
  const words = reasons.map(inWords);
  const cancel = (also: readonly CodeOf<'workitem'>[]) => {
    const told = [...also.map((code) => CATALOGUE[code].meaning), ...words];
    return cancelStep(deps, settings, claim, { codes: [...also, ...codes], words: told, analysis }, signal);
  };
  if (codes.includes('not-in-archive')) {
    const dataSet = await deps.worklist.retrieve(claim.workitem, signal);
    const step = dataSet && readStep(dataSet);
    if (step !== null && liesElsewhere(step.input, settings.archiveUrl)) {
      return await cancel(['input-elsewhere']);
    }
  }
  // A series that is there, and was not named, is not said to be missing.
  const lacksSeries = codes.some((code) => LACKS_SERIES.has(code));
  await cancel(lacksSeries && isRestricted(seriesOverride) ? ['input-restricted'] : []);
}

const LACKS_SERIES: ReadonlySet<Code> = new Set(SERIES_ROLES.map((role) => `no-${role}` as const));
