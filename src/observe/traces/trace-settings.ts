/** How many of the traces are recorded, by the names of OpenTelemetry's setting OTEL_TRACES_SAMPLER. */
export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
export type SamplerName = (typeof SAMPLERS)[number];

/** Where spans are sent, and what is said of whoever sends them. */
export interface TraceSettings {
  /** Takes OTLP over HTTP as protobuf; with the path of traces. */
  readonly url: string;
  /** Sent with every request; may be renewed while the process runs. */
  readonly headers: { reveal(): string } | null;
  /** For one batch of spans, with its repetitions. */
  readonly timeoutMs: number;
  readonly sampler: SamplerName;
  /** In [0, 1]. */
  readonly ratio: number;
  /** Of the process, beside what it says of itself. */
  readonly resource: Readonly<Record<string, string>>;
}
