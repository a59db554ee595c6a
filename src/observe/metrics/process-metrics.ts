import { collectDefaultMetrics, type Registry } from 'prom-client';

/** Gauges whose names end in `_total`, which is for counters, and the same by classes of Node that nobody can list. */
const MISNAMED = ['handles', 'requests', 'resources'].flatMap((what) => [
  `nodejs_active_${what}`,
  `nodejs_active_${what}_total`,
]);

/** Memory, processor, event loop and garbage collection, under the names that public dashboards expect. */
export function processMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
}
