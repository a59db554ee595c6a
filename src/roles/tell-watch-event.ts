import type { Events } from '../observe/events/events.ts';
import type { WatcherHealth } from '../observe/watcher-health.ts';
import type { WatchEvent } from '../watch/watch-event.ts';

const STUDY_COUNT = 'NumberOfStudyRelatedInstances (0020,1208)';

/** What the watcher notices, as logs, metrics and readiness tell of it. */
export function tellWatchEvent(event: WatchEvent, events: Events, health: WatcherHealth): void {
  const { kind } = event;
  if (kind === 'study-noticed') events.studyNoticed(event.study);
  if (kind === 'study-changed') events.studyChanged(event.study);
  if (kind === 'study-failed') events.watcherStudyFailed(event.study, event.error);
  if (kind === 'study-set-aside') events.studySetAside(event.study, 'watcher');
  if (kind === 'count-untrue') events.passedOver('count-untrue', event.study, STUDY_COUNT);
  if (kind === 'odd-dates-cut-off') events.passedOver('query-cut-off', null, `over ${event.atMost} results`);
  if (kind === 'odd-dates-failed') events.watcherOddDatesFailed(event.error);
  if (kind === 'poll-failed') {
    health.pollFailed();
    events.watcherPollFailed(event.error, event.retryInMs);
  }
  if (kind === 'poll-completed') {
    health.polled();
    const { listed: studies, looked, awaited, cursorSaved: whole, ms } = event;
    events.watcherPolled({ studies, looked, awaited, whole, ms });
  }
}
