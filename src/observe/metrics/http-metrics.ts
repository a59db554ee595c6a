import type { MetricDefiner } from './metric-definer.ts';

const REQUEST_BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Methods that operations of the contract have, or that are answered beside them. */
export const HTTP_METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'other'];

/** The API. */
export function httpMetrics({ histogram }: MetricDefiner) {
  return {
    requestSeconds: histogram(
      {
        name: 'http_request_duration_seconds',
        help: 'Time to answer a request of the API or the page.',
        labels: {
          method: HTTP_METHODS,
          route: { words: 'path in the contract, or of the page; none where there is none', atMost: 38 },
          status: { words: 'HTTP status', atMost: 23 },
        },
        combinations: 938,
      },
      REQUEST_BUCKETS,
    ),
  };
}
