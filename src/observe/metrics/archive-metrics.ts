import { ARCHIVE_CALLS } from '../../domain/archive-call.ts';
import { RESULT_KINDS } from '../../domain/result-object.ts';
import { codesOf } from './codes-of.ts';
import type { MetricDefiner } from './metric-definer.ts';

/** From a query on loopback to a series that is recalled from slow storage. */
const EXCHANGE_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

const TRANSACTIONS = ['qido', 'wado', 'stow', 'ups'];
const CALLS = Object.entries(ARCHIVE_CALLS).map(([call, { transaction, method }]) => ({
  call,
  transaction,
  method,
}));
const BY_CALL = {
  labels: { transaction: TRANSACTIONS, call: CALLS.map(({ call }) => call) },
  combinations: CALLS.map(({ call, transaction }) => ({ call, transaction })),
} as const;
const AWAY = ['archive-unreachable', 'archive-refuses-credentials', 'archive-certificate-refused'];
/** What became of a request: the class of its status; no answer; an answer cut off; not needed any more. */
export const EXCHANGE_ENDS = ['2xx', '3xx', '4xx', '5xx', 'none', 'cut', 'called-off'];

/** The archive, as this service meets it. */
export function archiveMetrics({ counter, gauge, histogram }: MetricDefiner) {
  return {
    exchanges: counter({
      name: 'archive_requests_total',
      help: 'Requests to the archive, each try one, by what became of them: the class of the status, none (no answer), cut (an answer cut off), called-off (not needed any more).',
      labels: { ...BY_CALL.labels, method: ['GET', 'POST', 'PUT'], status: EXCHANGE_ENDS },
      combinations: CALLS.flatMap((each) => EXCHANGE_ENDS.map((status) => ({ ...each, status }))),
    }),
    exchangeSeconds: histogram(
      {
        name: 'archive_request_duration_seconds',
        help: 'From a request to the archive to the end of its answer, of those answered whole and with a 2xx.',
        ...BY_CALL,
      },
      EXCHANGE_BUCKETS,
    ),
    receivedBytes: counter({
      name: 'archive_received_bytes_total',
      help: 'Bodies of the archive’s answers.',
      ...BY_CALL,
    }),
    sentBytes: counter({ name: 'archive_sent_bytes_total', help: 'Bodies sent to the archive.', ...BY_CALL }),
    archiveAvailable: gauge({
      name: 'archive_available',
      help: '1 while the archive can be asked, 0 while work waits for it or for its credentials.',
    }),
    archiveAwaySince: gauge({
      name: 'archive_away_since_timestamp_seconds',
      help: 'Since when work waits for the archive, by why; absent while it does not.',
      labels: { code: AWAY },
      combinations: 1,
    }),
    archiveOutages: counter({
      name: 'archive_outages_total',
      help: 'Times that work began to wait for the archive, by why.',
      labels: { code: AWAY },
    }),
    certificateExpiry: gauge({
      name: 'archive_certificate_expiry_timestamp_seconds',
      help: 'Until when the certificate is valid that the archive showed last; absent without TLS.',
      absent: true,
    }),
    archiveWays: gauge({
      name: 'archive_ways',
      help: '1 for each way of this archive’s own that was found out; by code.',
      labels: { code: codesOf('archive-way') },
    }),
    passedOver: counter({
      name: 'passed_over_total',
      help: 'Odd things left aside: rows, series, instances, attributes; by code.',
      labels: { code: codesOf('passed-over') },
    }),
    storeWarnings: counter({
      name: 'store_warnings_total',
      help: 'Objects the archive stored with a warning, by kind.',
      labels: { kind: RESULT_KINDS },
    }),
  };
}
