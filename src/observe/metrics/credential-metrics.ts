import { inTime } from '../../process/in-time.ts';
import type { MetricDefiner } from './metric-definer.ts';
import { ANSWER_LIMIT_MS } from './storage-metrics.ts';

/** Settings with certificates. TLS_CERT is not among them: the listener tells which one it uses. */
const CERTIFICATE_SETTINGS = [
  'PACS_CLIENT_CERT',
  'PACS_CA',
  'WORKLIST_CLIENT_CERT',
  'WORKLIST_CA',
  'INFERENCE_CA',
  'TLS_CLIENT_CA',
  'DATABASE_URL',
] as const;

/** What somebody has to renew before it ends. */
export interface Credentials {
  /** Until when the certificates of each setting are of use; null where it has none. */
  readonly certificates: Readonly<Record<(typeof CERTIFICATE_SETTINGS)[number], () => Date | null>>;
  /** When the first API key ends; null: none does, or the process knows none. */
  firstKeyEnd(): Promise<Date | null>;
}

/** Asked at every scrape, once `watchCredentials` has said whom: both are renewed without a restart. */
export function credentialMetrics({ askedGauge }: MetricDefiner) {
  let credentials: Credentials | null = null;
  askedGauge(
    {
      name: 'configured_certificate_expiry_timestamp_seconds',
      help: 'Until when the certificates of a setting are valid: of those that are shown to a server (DATABASE_URL: its sslcert) the first to end, of authorities the last; absent where there are none.',
      labels: { setting: CERTIFICATE_SETTINGS },
    },
    async () =>
      CERTIFICATE_SETTINGS.flatMap((setting) => {
        const end = credentials?.certificates[setting]() ?? null;
        return end === null ? [] : [{ labels: { setting }, value: end.getTime() / 1000 }];
      }),
  );
  askedGauge(
    {
      name: 'api_key_expiry_timestamp_seconds',
      help: 'When the next of the API keys in the database ends, of those made for longer than 30 days; absent where none does.',
    },
    async () => {
      const end = credentials && (await inTime(credentials.firstKeyEnd(), ANSWER_LIMIT_MS));
      return end === null ? [] : [{ value: end.getTime() / 1000 }];
    },
  );
  return {
    watchCredentials(of: Credentials) {
      credentials = of;
    },
  };
}
