import { keyValues } from '../observe/traces/key-values.ts';
import { SAMPLERS, type TraceSettings } from '../observe/traces/trace-settings.ts';
import { MINUTE } from './duration.ts';
import type { SettingReader } from './setting.ts';

/** The one protocol of OTLP that is spoken. */
const PROTOCOL = 'http/protobuf';
/** Short, so that a collector that hangs does not keep a process that is told to stop. */
const TIMEOUT_MS = 2_000;
const LIST = 'a list such as key=value,other=value, values percent-encoded';

/** Traces, by OpenTelemetry's own names; null where no endpoint is set: they are off then, whatever else is set. */
export function traceSettings(settings: SettingReader): TraceSettings | null {
  const endpoint = settings.text('OTEL_EXPORTER_OTLP_ENDPOINT', null);
  const protocol = settings.text('OTEL_EXPORTER_OTLP_PROTOCOL', PROTOCOL);
  const headers = settings.secret('OTEL_EXPORTER_OTLP_HEADERS');
  const timeoutMs = settings.integer('OTEL_EXPORTER_OTLP_TIMEOUT', TIMEOUT_MS, 100, MINUTE);
  const name = settings.text('OTEL_SERVICE_NAME', null);
  const attributes = settings.text('OTEL_RESOURCE_ATTRIBUTES', null);
  const wanted = settings.text('OTEL_TRACES_SAMPLER', 'parentbased_always_on');
  const ratio = settings.text('OTEL_TRACES_SAMPLER_ARG', '1');
  // Platforms set them for every program; what this one does not use it does not judge.
  if (endpoint === null) return null;
  const need = (name: string, holds: boolean, expected: string) => {
    if (!holds) settings.problems.push(`${name} must be ${expected}`);
  };
  const resource = attributes === null ? {} : keyValues(attributes);
  const url = tracesUrl(endpoint);
  const example =
    'an http or https URL without credentials, query or fragment, such as http://collector:4318';
  need('OTEL_EXPORTER_OTLP_ENDPOINT', url !== null, example);
  need('OTEL_EXPORTER_OTLP_PROTOCOL', protocol === PROTOCOL, `${PROTOCOL} (port 4318 of most collectors)`);
  need('OTEL_EXPORTER_OTLP_HEADERS', headers === null || keyValues(headers.reveal()) !== null, LIST);
  need('OTEL_RESOURCE_ATTRIBUTES', resource !== null, LIST);
  const sampler = SAMPLERS.find((each) => each === wanted);
  need('OTEL_TRACES_SAMPLER', sampler !== undefined, `one of ${SAMPLERS.join(', ')}, not "${wanted}"`);
  need('OTEL_TRACES_SAMPLER_ARG', /^(?:0(?:\.\d+)?|1(?:\.0+)?)$/.test(ratio), 'a number from 0 to 1');
  const named = { 'service.name': 'spinegrade', ...resource, ...(name && { 'service.name': name }) };
  return {
    url: url ?? '',
    headers,
    timeoutMs,
    sampler: sampler ?? 'always_off',
    ratio: Number(ratio),
    resource: named,
  };
}

/** OpenTelemetry's endpoint is the root for all signals. */
function tracesUrl(endpoint: string): string | null {
  const url = URL.parse(endpoint);
  const plain = url !== null && /^https?:$/.test(url.protocol) && !url.search && !url.hash;
  if (!plain || url.username || url.password) return null;
  return `${url.origin}${url.pathname.replace(/(?<!\/)\/+$/, '')}/v1/traces`;
}
