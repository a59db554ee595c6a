import type { CodeOf } from '../domain/catalogue.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import { AS_EVER } from '../jobs/analysis-request.ts';
import { AnalysisUnderWayError } from '../jobs/request-errors.ts';
import { askedSeries } from './asked-series.ts';
import type { Claim } from './claim.ts';
import { cancelStep, endTakenAway, isOver } from './end-step.ts';
import type { PerformerDeps, PerformerSettings } from './performer-deps.ts';
import { processingParameters } from './processing-parameters.ts';
import { isStoredElsewhere, liesElsewhere, readStep, type StepInput } from './read-step.ts';

/** While the study is analysed otherwise than the step wants it, its turn is looked for so often. */
const TURN_SECONDS = 5;

/**
 * Submits the study of a claimed step to the queue. A step whose input names none, or several, or a series that is not
 * there, is canceled; one that wants another analysis than the one that is open waits until that has ended.
 */
export async function beginWork(
  deps: PerformerDeps,
  settings: PerformerSettings,
  claim: Claim,
  signal: AbortSignal,
): Promise<void> {
  const { workitem } = claim;
  const dataSet = await deps.worklist.retrieve(workitem, signal);
  const step = dataSet && readStep(dataSet);
  if (dataSet === null || step === null || isOver(step)) return await endTakenAway(deps, claim);
  const cancel = (...codes: CodeOf<'workitem'>[]) => cancelStep(deps, settings, claim, { codes }, signal);
  if (claim.cancelRequested) return await cancel('cancel-asked');
  if (isStoredElsewhere(step, settings.storesAt)) return await cancel('output-elsewhere');
  const study = studyOf(step.input);
  if (typeof study === 'object') return await cancel(study.code);
  const { force, series: parameters } = processingParameters(dataSet);
  const series = askedSeries(step.input, parameters, await deps.findSeries(study, signal));
  if (typeof series === 'string') {
    const isElsewhere = liesElsewhere(step.input, settings.archiveUrl);
    return await cancel(...(isElsewhere ? (['input-elsewhere'] as const) : []), series);
  }
  const request = { ...AS_EVER, priority: step.priority, force, series };
  const id = await deps.analyses.submit(study, request).catch((error: unknown) => {
    if (error instanceof AnalysisUnderWayError) return null;
    throw error;
  });
  if (id === null) return await deps.store.rest(workitem, TURN_SECONDS);
  await deps.store.submitted(workitem, study, id);
  deps.onEvent({ kind: 'step-submitted', workitem, study });
}

function studyOf({
  studies: [study, ...others],
}: StepInput): StudyInstanceUid | { readonly code: CodeOf<'workitem'> } {
  if (study === undefined) return { code: 'input-without-study' };
  return others.length > 0 ? { code: 'input-many-studies' } : study;
}
