import { STAGES } from '../../domain/stage.ts';
import { codesOf } from './codes-of.ts';
import type { MetricDefiner } from './metric-definer.ts';

/** From a stage that only looks something up to one that waits for a slow archive. */
const STAGE_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const ANALYSIS_BUCKETS = [0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1800];
/** Service levels are among them: one, two, five, ten, thirty minutes, an hour. */
const DELAY_BUCKETS = [5, 10, 20, 30, 60, 90, 120, 180, 300, 600, 900, 1800, 3600, 7200, 14_400, 86_400];

/** Codes of what an analysis can fail of; `other`: one that the catalogue knows as something else; `none`: unknown. */
export const FAULT_LABELS: readonly string[] = [...codesOf('fault'), 'other', 'none'];
const STAGE_LABELS = [...STAGES, 'none'];

/** The analyses themselves. */
export function analysisMetrics({ counter, histogram }: MetricDefiner) {
  const byTrigger = { labels: { trigger: ['api', 'watch', 'worklist'] } } as const;
  return {
    resultDelay: histogram(
      {
        name: 'result_delay_seconds',
        help: 'Arrival to PACS: from when the watcher first saw the study (changed after a result: saw the last change; asked for over the API: from then) until its results were in the archive.',
        ...byTrigger,
      },
      DELAY_BUCKETS,
    ),
    resultDelayAfterLastImage: histogram(
      {
        name: 'result_delay_after_last_image_seconds',
        help: 'The service level: as result_delay_seconds, but from when the watcher saw the last change of the images, so without the time that the scanner took.',
        ...byTrigger,
      },
      DELAY_BUCKETS,
    ),
    attempts: counter({ name: 'analysis_attempts_total', help: 'Runs begun.' }),
    analyses: counter({
      name: 'analyses_total',
      help: 'Analyses that came to an end, by outcome.',
      labels: { outcome: ['stored', 'ineligible', 'failed', 'cancelled'] },
    }),
    ineligible: counter({
      name: 'ineligible_total',
      help: 'Reasons why studies were not analysed, by code; a study may have several.',
      labels: { code: codesOf('reason') },
    }),
    failures: counter({
      name: 'analysis_failures_total',
      help: 'Analyses that failed for good, by stage and code; retryable: the watcher may ask again.',
      labels: { stage: STAGE_LABELS, code: FAULT_LABELS, retryable: ['true', 'false'] },
    }),
    retries: counter({
      name: 'analysis_retries_total',
      help: 'Faults after which the analysis is tried again, by stage and code.',
      labels: { stage: STAGE_LABELS, code: FAULT_LABELS },
    }),
    stageSeconds: histogram(
      { name: 'stage_duration_seconds', help: 'Time of a stage that succeeded.', labels: { stage: STAGES } },
      STAGE_BUCKETS,
    ),
    analysisSeconds: histogram(
      { name: 'analysis_duration_seconds', help: 'Time of the run that stored a report.' },
      ANALYSIS_BUCKETS,
    ),
  };
}
