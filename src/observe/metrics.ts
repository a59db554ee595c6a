import type { Registry } from 'prom-client';
import { analysisMetrics } from './metrics/analysis-metrics.ts';
import { archiveMetrics } from './metrics/archive-metrics.ts';
import { callbackMetrics } from './metrics/callback-metrics.ts';
import { credentialMetrics } from './metrics/credential-metrics.ts';
import { eventMetrics } from './metrics/event-metrics.ts';
import { httpMetrics } from './metrics/http-metrics.ts';
import { inferenceMetrics } from './metrics/inference-metrics.ts';
import { metricDefiner } from './metrics/metric-definer.ts';
import { modelMetrics } from './metrics/model-metrics.ts';
import { processMetrics } from './metrics/process-metrics.ts';
import { queueMetrics } from './metrics/queue-metrics.ts';
import { retentionMetrics } from './metrics/retention-metrics.ts';
import { serviceMetrics } from './metrics/service-metrics.ts';
import { shadowMetrics } from './metrics/shadow-metrics.ts';
import { storageMetrics } from './metrics/storage-metrics.ts';
import { watchMetrics } from './metrics/watch-metrics.ts';
import { worklistMetrics } from './metrics/worklist-metrics.ts';

/** Every metric of the service, all but the process's own with the prefix `spinegrade_`. */
export function createMetrics(registry: Registry) {
  processMetrics(registry);
  const definer = metricDefiner(registry);
  return {
    ...serviceMetrics(definer),
    ...analysisMetrics(definer),
    ...queueMetrics(definer),
    ...watchMetrics(definer),
    ...worklistMetrics(definer),
    ...callbackMetrics(definer),
    ...archiveMetrics(definer),
    ...inferenceMetrics(definer),
    ...modelMetrics(definer),
    ...shadowMetrics(definer),
    ...storageMetrics(definer),
    ...credentialMetrics(definer),
    ...retentionMetrics(definer),
    ...httpMetrics(definer),
    ...eventMetrics(definer),
    /** For the documentation. */
    described: definer.described,
  };
}
