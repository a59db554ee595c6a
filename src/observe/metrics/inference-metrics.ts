import { INFERENCE_CALLS } from '../../domain/inference-call.ts';
import { EXCHANGE_ENDS } from './archive-metrics.ts';
import type { MetricDefiner } from './metric-definer.ts';

/** From a probe on loopback to a batch on a busy server. */
const REQUEST_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const AWAY = [
  'inference-unreachable',
  'inference-refuses-credentials',
  'inference-mismatch',
  'inference-fault',
];

/** The inference server, as this service meets it. */
export function inferenceMetrics({ counter, gauge, histogram }: MetricDefiner) {
  return {
    inferenceRequests: counter({
      name: 'inference_requests_total',
      help: 'Requests to the inference server, each try one, by what became of them: the class of the status, none (no answer), cut (an answer cut off), called-off (not needed any more).',
      labels: { call: INFERENCE_CALLS, status: EXCHANGE_ENDS },
    }),
    inferenceSeconds: histogram(
      {
        name: 'inference_request_duration_seconds',
        help: 'From a request to the inference server to the end of its answer, of those answered whole and with a 2xx.',
        labels: { call: INFERENCE_CALLS },
      },
      REQUEST_BUCKETS,
    ),
    inferenceAvailable: gauge({
      name: 'inference_available',
      help: '1 while the inference server can be asked and is what the packs say, 0 while work waits for it; absent where every network runs in the process.',
      absent: true,
    }),
    inferenceAwaySince: gauge({
      name: 'inference_away_since_timestamp_seconds',
      help: 'Since when work waits for the inference server, by why; absent while it does not.',
      labels: { code: AWAY },
      combinations: 1,
    }),
  };
}
