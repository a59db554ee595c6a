import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { keyValues } from './key-values.ts';
import type { TraceSettings } from './trace-settings.ts';

/** Spans that wait to be sent, at most; further ones are let go. */
const MAX_QUEUE = 2_048;
const MAX_BATCH = 512;
/** Spans wait this long for others to be sent with. */
const BATCH_AFTER_MS = 2_000;
/** ExportResultCode.SUCCESS of @opentelemetry/core. */
const SENT = 0;

/** The SDK as the settings have it: a bounded queue of ended spans, sent in batches beside the work. */
export function tracerProvider(
  settings: TraceSettings,
  process: Readonly<Record<string, string>>,
  onLost: (spans: number, error: unknown) => void,
): TracerProvider {
  const { url, timeoutMs, headers } = settings;
  const exporter = new OTLPTraceExporter({
    url,
    timeoutMillis: timeoutMs,
    // A copy: the exporter adds its own to it. What a renewed file holds that is no list is not sent.
    headers: async () => ({ ...(headers === null ? null : keyValues(headers.reveal())) }),
  });
  const processor = new BatchSpanProcessor({
    exporter: tellingLosses(exporter, onLost),
    maxQueueSize: MAX_QUEUE,
    maxExportBatchSize: MAX_BATCH,
    scheduledDelayMillis: BATCH_AFTER_MS,
    exportTimeoutMillis: timeoutMs + 1_000,
  });
  const resource = resourceFromAttributes({ ...process, ...settings.resource });
  return new TracerProvider({
    resource: defaultResource().merge(resource),
    sampler: samplerOf(settings),
    spanProcessors: [processor],
  });
}

function tellingLosses(
  exporter: SpanExporter,
  onLost: (spans: number, error: unknown) => void,
): SpanExporter {
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.code !== SENT) onLost(spans.length, result.error);
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
}

function samplerOf({ sampler, ratio }: TraceSettings): Sampler {
  const byParent = (root: Sampler) => new ParentBasedSampler({ root });
  switch (sampler) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return new TraceIdRatioBasedSampler(ratio);
    case 'parentbased_always_on':
      return byParent(new AlwaysOnSampler());
    case 'parentbased_always_off':
      return byParent(new AlwaysOffSampler());
    case 'parentbased_traceidratio':
      return byParent(new TraceIdRatioBasedSampler(ratio));
  }
}
