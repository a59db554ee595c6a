import { EVENT_FORM_NAMES, EVENT_OUTCOMES } from '../../domain/study-event.ts';
import type { MetricDefiner } from './metric-definer.ts';

/** An event that no kind takes has no form; one of the form pointer is always news. */
const COMBINATIONS = [
  ...EVENT_FORM_NAMES.flatMap((form) => EVENT_OUTCOMES.map((outcome) => ({ form, outcome }))).filter(
    ({ form, outcome }) => outcome !== 'event-unknown' && !(form === 'pointer' && outcome === 'left'),
  ),
  { form: 'none', outcome: 'event-unknown' },
] as const;

/** CloudEvents that others send. */
export function eventMetrics({ counter }: MetricDefiner) {
  return {
    cloudEvents: counter({
      name: 'cloudevents_total',
      help: 'CloudEvents by the form that EVENT_KINDS_FILE has them in (none: no kind takes it) and what became of them: look (the watcher looks at the study), analyze, left (no news of a study that is analysed here), or the code by which they were refused.',
      labels: { form: [...EVENT_FORM_NAMES, 'none'], outcome: EVENT_OUTCOMES },
      combinations: COMBINATIONS,
    }),
  };
}
