import { Counter, collectDefaultMetrics, Gauge, Histogram, type Registry } from 'prom-client';
import { metricDefiner } from './metrics/metric-definer.ts';
import { shadowMetrics } from './metrics/shadow-metrics.ts';

/** From a stage that only looks something up to one that waits for a slow archive; seconds. */
const STAGE_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const ANALYSIS_BUCKETS = [0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1800];
/** From a quiet time of seconds to a longest wait of hours. */
const WAIT_BUCKETS = [1, 5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 14_400];
const REQUEST_BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Every metric of the service, all but the process's own with the prefix `spinegrade_`. */
export function createMetrics(registry: Registry) {
  // Process and event-loop measures keep the names that public dashboards expect.
  collectDefaultMetrics({ register: registry });
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name: `spinegrade_${name}`, help, labelNames, registers: [registry] });
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Gauge({ name: `spinegrade_${name}`, help, labelNames, registers: [registry] });
  const histogram = <Label extends string>(
    name: string,
    help: string,
    buckets: number[],
    ...labelNames: Label[]
  ) => new Histogram({ name: `spinegrade_${name}`, help, buckets, labelNames, registers: [registry] });

  return {
    ...shadowMetrics(metricDefiner(registry)),
    info: gauge(
      'info',
      'Always 1; the labels say what runs.',
      'role',
      'version',
      'pack',
      'pack_sha256',
      'execution_provider',
    ),
    providerFallbacks: counter(
      'execution_provider_fallbacks_total',
      'Preferred execution providers that could not be had.',
      'wanted',
      'used',
    ),
    polls: counter('watcher_polls_total', 'Polls of the archive, by outcome.', 'outcome'),
    studyVisitsFailed: counter(
      'watcher_study_failures_total',
      'Times that a listed study could not be looked at or submitted; it is tried again.',
    ),
    lastPoll: gauge('watcher_last_poll_timestamp_seconds', 'When the archive was last polled with success.'),
    watcherActing: gauge(
      'watcher_acting',
      '1 in the process that watches the archive, 0 in one that stands by to take over.',
    ),
    archiveAvailable: gauge(
      'archive_available',
      '1 while the archive can be asked, 0 while work waits for it or for its credentials.',
    ),
    studiesSetAside: counter(
      'studies_set_aside_total',
      'Studies that ended the process again and again, by where.',
      'where',
    ),
    passedOver: counter(
      'passed_over_total',
      'Odd things left aside: rows, series, instances, attributes; by code.',
      'code',
    ),
    archiveWays: gauge('archive_ways', 'Ways of this archive’s own that were found out; by code.', 'code'),
    studiesNoticed: counter('studies_noticed_total', 'Studies seen for the first time.'),
    studiesSubmitted: counter(
      'studies_submitted_total',
      'Requests to analyse a study; created=false joined an open one.',
      'trigger',
      'created',
    ),
    watchWaitSeconds: histogram(
      'watch_wait_seconds',
      'How long a study waited until the watcher submitted it, by why it did.',
      WAIT_BUCKETS,
      'why',
    ),
    attempts: counter('analysis_attempts_total', 'Runs begun.'),
    analyses: counter('analyses_total', 'Analyses that came to an end, by outcome.', 'outcome'),
    ineligible: counter('ineligible_total', 'Reasons why studies were not analysed, by code.', 'code'),
    failures: counter('analysis_failures_total', 'Analyses that failed for good.', 'stage', 'retryable'),
    retries: counter('analysis_retries_total', 'Faults after which the analysis is tried again.', 'stage'),
    putBacks: counter('analysis_put_backs_total', 'Running analyses given back to the queue.'),
    recoveries: counter('analysis_recoveries_total', 'Unfinished analyses found at start.'),
    storeWarnings: counter(
      'store_warnings_total',
      'Objects the archive stored with a warning, by kind.',
      'kind',
    ),
    stageSeconds: histogram(
      'stage_duration_seconds',
      'Time of a stage that succeeded.',
      STAGE_BUCKETS,
      'stage',
    ),
    analysisSeconds: histogram(
      'analysis_duration_seconds',
      'Time of the run that stored a report.',
      ANALYSIS_BUCKETS,
    ),
    requestSeconds: histogram(
      'http_request_duration_seconds',
      'Time to answer a request.',
      REQUEST_BUCKETS,
      'method',
      'route',
      'status',
    ),
    faults: counter('faults_total', 'Faults outside an analysis, by part.', 'part'),
    /** `read` is asked at every scrape. */
    watchQueue(read: () => Promise<QueueDepth>) {
      // Where the database does not answer, the scrape still tells everything else. Gauges are collected side by
      // side, so each asks for itself.
      const depth = () => read().catch(() => null);
      new Gauge({
        name: 'spinegrade_queue_analyses',
        help: 'Analyses that wait or run.',
        labelNames: ['state'],
        registers: [registry],
        async collect() {
          const now = await depth();
          this.reset();
          if (now === null) return;
          this.set({ state: 'queued' }, now.queued);
          this.set({ state: 'running' }, now.running);
        },
      });
      new Gauge({
        name: 'spinegrade_queue_oldest_age_seconds',
        help: 'How long the oldest waiting analysis has waited; NaN when unknown.',
        registers: [registry],
        async collect() {
          this.set((await depth())?.oldestQueuedSeconds ?? Number.NaN);
        },
      });
    },
  };
}

interface QueueDepth {
  readonly queued: number;
  readonly running: number;
  readonly oldestQueuedSeconds: number;
}
