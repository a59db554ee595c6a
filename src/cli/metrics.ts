import { Registry } from 'prom-client';
import type { LabelValues, MetricDescription } from '../observe/metrics/metric-definer.ts';
import { createMetrics } from '../observe/metrics.ts';

const ABOUT = `# Metrics

What \`GET /metrics\` tells, in the text format of Prometheus. Made of \`src/observe/metrics/\` by
\`npm run -s cli -- metrics > docs/metrics.md\`; a test holds the two together, another sees every one of them move.

No metric, label or value holds a UID or a word about a patient. Every label has a bounded number of values; *series* says
how many of a metric one process has at most. Counters and histograms begin at 0, with every value of labels that are
independent, so that \`increase\` sees the first event too.

**The service level** is \`spinegrade_result_delay_after_last_image_seconds\`: from when the watcher saw the last change of a
study's images (so \`WATCH_QUIET_MS\` is a part of it) until the archive gave its results back. It is what this service
answers for. \`spinegrade_result_delay_seconds\` is what the reader waits: from when the watcher first saw the study, so with
the time that the scanner and its sender took. Both end by the database's clock, in the transaction that notes the result.
A study that changed after a result counts from the change; one that failed and was repeated, from what was first asked
for; one asked for over the API, from then. Time in which no watcher ran counts from the first look after it. Results that
never come are not in them: the queue's age and the failures tell of those. StudyDate and StudyTime are not used: they are
the scanner's clock, and say when the patient lay down.

**The same in every process** that shares a database are \`spinegrade_queue_…\`, \`spinegrade_outbox_…\`,
\`spinegrade_dead_letter_studies\` and \`spinegrade_database_…\`: take the \`max\` of them, not the sum. Where the database does
not answer a scrape they are absent, but for \`spinegrade_database_available\`, which is 0.
`;

/** `docs/metrics.md`. */
export function metricsPage(): string {
  const registry = new Registry();
  const { described } = createMetrics(registry);
  const ours = described.map((metric) => [
    `\`${metric.name}\``,
    metric.type,
    unitOf(metric.name),
    String(metric.series),
    metric.help,
  ]);
  const labels = described.flatMap((metric) =>
    Object.entries(metric.labels).map(([label, values]) => [
      `\`${metric.name}\``,
      `\`${label}\``,
      inWords(values),
    ]),
  );
  const buckets = described
    .filter(({ type }) => type === 'histogram')
    .map(({ name, buckets }) => [`\`${name}\``, buckets.join(', ')]);
  return [
    ABOUT,
    ...table(['metric', 'type', 'unit', 'series', 'meaning'], ours),
    `All together: ${described.reduce((sum, { series }) => sum + series, 0)} series at most.`,
    '\n## Labels\n',
    ...table(['metric', 'label', 'values'], labels),
    '\n## Buckets\n',
    ...table(['histogram', 'upper bounds, beside infinity'], buckets),
    '\n## The process\n',
    'Of Node and the process, under the names that public dashboards expect.\n',
    ...table(['metric', 'type', 'unit', 'labels', 'meaning'], processRows(registry, described)),
  ].join('\n');
}

function processRows(registry: Registry, described: readonly MetricDescription[]): string[][] {
  const ours = new Set(described.map(({ name }) => name));
  // What prom-client's own declaration leaves out of a metric.
  const all = registry.getMetricsAsArray() as unknown as readonly ProcessMetric[];
  return all
    .filter(({ name }) => !ours.has(name))
    .map(({ name, type, help, labelNames }) => [
      `\`${name}\``,
      type,
      unitOf(name),
      labelNames.map((label) => `\`${label}\``).join(', '),
      help,
    ]);
}

interface ProcessMetric {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labelNames: readonly string[];
}

function unitOf(name: string): string {
  if (name.endsWith('_timestamp_seconds')) return 's since 1970';
  if (name.includes('_seconds')) return 's';
  return name.includes('_bytes') ? 'bytes' : '';
}

function inWords(values: LabelValues): string {
  if (!('atMost' in values)) return values.map((value) => `\`${value}\``).join(', ');
  return `${values.words}; ${values.atMost} at most`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [row(heads), row(heads.map(() => '---')), ...rows.map(row), ''];
}

/** Prints the page. */
export async function metricsCommand(): Promise<number> {
  process.stdout.write(metricsPage());
  return 0;
}
