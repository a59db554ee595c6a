import type { WatchOccasion } from '../../domain/watch-occasion.ts';
import type { AnalysisReference, EventWriter } from './event-writer.ts';

/** Studies on their way into the queue and back to it. */
export function queueEvents({ log, metrics, analysis, words, fault }: EventWriter) {
  return {
    /** Registers the gauges of the queue; `read` is asked at every scrape. */
    watchQueue: metrics.watchQueue,
    /** The same for what a worker of this process does. */
    watchWorker: metrics.watchWorker,
    watchMemory: metrics.watchMemory,
    /** `occasion`: why the watcher did so, and how long the study had waited. */
    studySubmitted(
      of: AnalysisReference,
      trigger: 'api' | 'watch' | 'worklist',
      created: boolean,
      occasion?: WatchOccasion,
    ) {
      metrics.studiesSubmitted.inc({ trigger, created: String(created) });
      const { why, waitedMs = null } = occasion ?? {};
      if (why !== undefined) metrics.watchSubmissions.inc({ why });
      if (why !== undefined && waitedMs !== null) metrics.watchWaitSeconds.observe({ why }, waitedMs / 1000);
      const waited = waitedMs === null ? {} : { waitedMs: Math.round(waitedMs) };
      const facts = { trigger, created, ...(why && { why }), ...waited };
      log.info({ event: 'study-submitted', ...analysis(of), ...facts }, 'study submitted');
    },
    /** The process stops, or another took the job over: the analysis goes on later. */
    analysisPutBack(of: AnalysisReference, reason: string) {
      metrics.putBacks.inc();
      log.info({ event: 'analysis-put-back', ...analysis(of), reason }, 'analysis goes back to the queue');
    },
    /** At start: analyses that an earlier process left unfinished. */
    analysesRecovered(count: number) {
      metrics.recoveries.inc(count);
      log.warn({ event: 'analyses-recovered', count }, 'unfinished analyses are back in the queue');
    },
    queueFault(error: unknown) {
      metrics.faults.inc({ part: 'queue' });
      log.error({ event: 'queue-fault', ...fault(error) }, 'fault of the queue');
    },
    queueWarning(message: string) {
      log.warn({ event: 'queue-warning', message: words(message) }, 'warning of the queue');
    },
  };
}
