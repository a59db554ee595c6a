import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/cli/demo/orthanc/free-port.ts';
import type { ReceivedSpan } from './otlp-message.ts';
import { until } from './service-client.ts';

/** Jaeger's one program, where the machine has it. */
export const JAEGER_PROGRAM = process.env['JAEGER'];

export type Jaeger = Awaited<ReturnType<typeof startJaeger>>;

type Tags = readonly { readonly key: string; readonly value: unknown }[];

/** What /api/traces answers, as the page of Jaeger reads it. */
interface JaegerTrace {
  readonly spans: readonly {
    readonly traceID: string;
    readonly spanID: string;
    readonly operationName: string;
    readonly processID: string;
    readonly references: readonly { readonly refType: string; readonly spanID: string }[];
    /** Microseconds. */
    readonly startTime: number;
    readonly duration: number;
    readonly tags: Tags;
  }[];
  readonly processes: Readonly<Record<string, { readonly serviceName: string; readonly tags: Tags }>>;
}

const KINDS = ['', 'internal', 'server', 'client', 'producer', 'consumer'];

/** A real Jaeger on loopback that takes OTLP over HTTP and keeps traces in memory. */
export async function startJaeger() {
  const folder = await mkdtemp(join(tmpdir(), 'jaeger-'));
  const [otlp, http, grpc] = [await freePort(), await freePort(), await freePort()];
  const at = (port: number) => ({ endpoint: `127.0.0.1:${port}` });
  const config = {
    service: {
      extensions: ['jaeger_storage', 'jaeger_query'],
      pipelines: { traces: { receivers: ['otlp'], exporters: ['jaeger_storage_exporter'] } },
      telemetry: { metrics: { level: 'none' }, logs: { level: 'error' } },
    },
    extensions: {
      jaeger_storage: { backends: { here: { memory: { max_traces: 1000 } } } },
      jaeger_query: { storage: { traces: 'here' }, http: at(http), grpc: at(grpc) },
    },
    receivers: { otlp: { protocols: { http: at(otlp) } } },
    exporters: { jaeger_storage_exporter: { trace_storage: 'here' } },
  };
  // JSON is YAML too.
  await writeFile(join(folder, 'config.yaml'), JSON.stringify(config));
  const server = spawn(JAEGER_PROGRAM!, ['--config', join(folder, 'config.yaml')], { stdio: 'ignore' });
  const ask = async <T>(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<T> => {
    const answer = await fetch(`http://127.0.0.1:${http}/api/${path}?${new URLSearchParams(parameters)}`);
    return ((await answer.json()) as { data: T }).data;
  };
  await until('Jaeger', () =>
    ask('services').then(
      () => true,
      () => false,
    ),
  );
  return {
    /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
    otlpUrl: `http://127.0.0.1:${otlp}`,
    services: () => ask<readonly string[] | null>('services'),
    /** The traces that its search finds, spans of the service alone: an operation, tags as JSON, minDuration … */
    async search(parameters: Readonly<Record<string, string>>): Promise<readonly ReceivedSpan[][]> {
      const traces = await ask<readonly JaegerTrace[]>('traces', { service: 'spinegrade', ...parameters });
      return traces.map(spansOf);
    },
    /** The spans of a trace; none where Jaeger has none. */
    async trace(id: string): Promise<readonly ReceivedSpan[]> {
      return ((await ask<readonly JaegerTrace[] | null>(`traces/${id}`)) ?? []).flatMap(spansOf);
    },
    async stop(): Promise<void> {
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function spansOf({ spans, processes }: JaegerTrace): ReceivedSpan[] {
  return spans.map((span) => {
    const facts = byKey(span.tags);
    const { serviceName, tags } = processes[span.processID]!;
    return {
      traceId: span.traceID,
      spanId: span.spanID,
      parentSpanId: span.references.find(({ refType }) => refType === 'CHILD_OF')?.spanID ?? '',
      name: span.operationName,
      kind: KINDS.indexOf(String(facts['span.kind'])),
      from: span.startTime / 1e3,
      to: (span.startTime + span.duration) / 1e3,
      facts,
      status: facts['error'] === true ? 2 : 0,
      resource: { 'service.name': serviceName, ...byKey(tags) },
    };
  });
}

const byKey = (tags: Tags) => Object.fromEntries(tags.map(({ key, value }) => [key, value]));
