import type { MetricDefiner } from './metric-definer.ts';

const WHAT = ['result-bytes', 'analyses', 'results', 'callbacks', 'comparisons', 'steps'];

/** What is kept no longer. */
export function retentionMetrics({ counter, gauge }: MetricDefiner) {
  return {
    letGo: counter({
      name: 'retention_let_go_total',
      help: 'What was let go as it is kept no longer: bytes of results that the archive has, analyses that ended, results of studies of which no analysis is known any more, callbacks, comparisons of packs.',
      labels: { what: WHAT },
    }),
    lastRetention: gauge({
      name: 'retention_last_pass_timestamp_seconds',
      help: 'When this process last looked for what is kept no longer, with success; absent before the first time.',
      absent: true,
    }),
  };
}
