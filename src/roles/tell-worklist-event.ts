import type { Events } from '../observe/events/events.ts';
import type { WorklistEvent } from '../worklist/performer-deps.ts';

/** What the performer of the worklist does, as logs and metrics tell of it. */
export function tellWorklistEvent(event: WorklistEvent, events: Events): void {
  const { kind } = event;
  if (kind === 'step-claimed') events.stepClaimed(event.workitem);
  if (kind === 'step-taken') events.stepTaken(event.workitem);
  if (kind === 'step-submitted') events.stepSubmitted(event.workitem, event.study);
  if (kind === 'step-cancel-asked') events.stepCancelAsked(event.workitem);
  if (kind === 'step-ended') events.stepEnded(event.workitem, event.outcome, event.codes);
  if (kind === 'step-failed') events.stepFailed(event.workitem, event.error);
  if (kind === 'polled') events.worklistPolled(event.found, event.claims);
  if (kind === 'poll-failed') events.worklistPollFailed(event.error, event.retryInMs);
  if (kind === 'channel-open') events.worklistChannelOpen();
  if (kind === 'channel-ended') events.worklistChannelEnded(event.why, event.error);
}
