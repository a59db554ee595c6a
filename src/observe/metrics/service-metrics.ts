import type { MetricDefiner } from './metric-definer.ts';

/** The process, and what it runs on. */
export function serviceMetrics({ counter, gauge }: MetricDefiner) {
  const providers = ['cuda', 'webgpu', 'cpu'];
  return {
    info: gauge({
      name: 'info',
      help: 'Always 1; the labels say what runs.',
      labels: {
        role: ['all', 'api', 'watcher', 'worker'],
        version: { words: 'of the program', atMost: 1 },
        pack: { words: 'name of the pack in its manifest', atMost: 1 },
        pack_version: { words: 'version of the pack in its manifest', atMost: 1 },
        pack_sha256: { words: 'of the manifest, which holds those of the networks', atMost: 1 },
        execution_provider: {
          words:
            'cuda, webgpu or cpu; remote where all networks run on an inference server; none where the process runs no network',
          atMost: 1,
        },
      },
      combinations: 1,
    }),
    providerFallbacks: counter({
      name: 'execution_provider_fallbacks_total',
      help: 'Preferred execution providers that could not be had when the process started.',
      labels: { wanted: providers, used: providers },
    }),
    ownCertificateExpiry: gauge({
      name: 'http_certificate_expiry_timestamp_seconds',
      help: 'Until when the certificate is valid that new connections of the API are given; absent without TLS.',
      absent: true,
    }),
    faults: counter({
      name: 'faults_total',
      help: 'Faults outside an analysis, by the part where they came up.',
      labels: {
        part: [
          'service',
          'database',
          'queue',
          'watcher',
          'http',
          'traces',
          'callbacks',
          'retention',
          'audit',
        ],
      },
    }),
  };
}
