import type { CodeOf } from '../domain/catalogue.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import { AS_EVER } from '../jobs/analysis-request.ts';
import type { Claim } from './claim.ts';
import { cancelStep, endTakenAway, isOver } from './end-step.ts';
import type { PerformerDeps, PerformerSettings } from './performer-deps.ts';
import { processingParameters } from './processing-parameters.ts';
import { readStep, type StepInput } from './read-step.ts';

/** Submits the study of a claimed step to the queue; a step whose input names none, or several, is canceled. */
export async function beginWork(
  deps: PerformerDeps,
  settings: PerformerSettings,
  claim: Claim,
  signal: AbortSignal,
): Promise<void> {
  const dataSet = await deps.worklist.retrieve(claim.workitem, signal);
  const step = dataSet && readStep(dataSet);
  if (dataSet === null || step === null || isOver(step)) return await endTakenAway(deps, claim);
  if (claim.cancelRequested) return await cancelStep(deps, settings, claim, ['cancel-asked'], [], signal);
  const study = studyOf(step.input);
  if (typeof study === 'object') return await cancelStep(deps, settings, claim, [study.code], [], signal);
  const request = { ...AS_EVER, priority: step.priority, ...processingParameters(dataSet) };
  const id = await deps.analyses.submit(study, request);
  await deps.store.submitted(claim.workitem, study, id);
  deps.onEvent({ kind: 'step-submitted', workitem: claim.workitem, study });
}

function studyOf({
  studies: [study, ...others],
}: StepInput): StudyInstanceUid | { readonly code: CodeOf<'workitem'> } {
  if (study === undefined) return { code: 'input-without-study' };
  return others.length > 0 ? { code: 'input-many-studies' } : study;
}
