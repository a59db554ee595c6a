import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { faultOf } from '../../domain/fault.ts';
import { isSampled, type Traceparent, traceIdsOf, traceparentOf } from '../../domain/traceparent.ts';
import { inTime } from '../../process/in-time.ts';
import type { TraceSettings } from './trace-settings.ts';
import { tracerProvider } from './tracer-provider.ts';
import type { OpenSpan, SpanDescription, SpanFacts, Traces, WorkDescription } from './traces.ts';

/** Beyond this nothing that is left is waited for at the end. */
const CLOSE_LIMIT_MS = 2_000;
/** Of work that may turn out to belong to a trace, no more parts are kept. */
const MOST_AWAITING = 256;

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/** Something that has ended: milliseconds since 1970. */
interface Ended {
  readonly what: SpanDescription;
  readonly from: number;
  readonly to: number;
  readonly failed: string | null;
}

/** Where the running work stands: in a span, or where one may be opened yet. */
type Place = { readonly span: Span } | { readonly sinceMs: number; readonly awaiting: Ended[] };

/**
 * Traces sent by OTLP. Which span work belongs to follows the asynchronous calls of the work itself; OpenTelemetry's own
 * context and its global registration are not used, and nothing is instrumented but what calls these functions.
 */
export function otlpTraces(
  settings: TraceSettings,
  process: Readonly<Record<string, string>>,
  onLost: (spans: number, error: unknown) => void,
): Traces {
  const provider = tracerProvider(settings, process, onLost);
  const tracer = provider.getTracer('spinegrade');
  const places = new AsyncLocalStorage<Place>();
  const here = (): Span | null => spanOf(places.getStore());

  const tell = (parent: Span, { what, from, to, failed }: Ended) => {
    const span = tracer.startSpan(what.name, options(what, from), trace.setSpan(ROOT_CONTEXT, parent));
    if (failed !== null) markFailed(span, failed);
    span.end(to);
  };
  const open = (what: WorkDescription): Span => {
    const place = places.getStore();
    const since = Math.max(
      what.sinceMs ?? 0,
      place !== undefined && 'awaiting' in place ? sinceOf(place) : 0,
    );
    const from = since > 0 ? Date.now() - since : undefined;
    const span = tracer.startSpan(what.name, options(what, from), contextOf(what.parent, here()));
    if (place !== undefined && 'awaiting' in place) {
      for (const ended of place.awaiting.splice(0)) tell(span, ended);
    }
    return span;
  };
  return {
    get current() {
      const span = here();
      return span && traceparentOfSpan(span);
    },
    ids() {
      const span = here();
      return span === null ? undefined : traceIdsOf(traceparentOfSpan(span));
    },
    async within(what, work) {
      const span = open(what);
      try {
        return await places.run({ span }, () => work(openSpan(span)));
      } catch (error) {
        markFailed(span, codeOf(error));
        throw error;
      } finally {
        span.end();
      }
    },
    ended(what, ms, failed = null) {
      const place = places.getStore();
      if (place === undefined) return;
      const to = Date.now();
      const ended = { what, from: to - ms, to, failed };
      if ('span' in place) tell(place.span, ended);
      else if (place.awaiting.length < MOST_AWAITING) place.awaiting.push(ended);
    },
    awaiting: (work) => places.run({ sinceMs: performance.now(), awaiting: [] }, work),
    close: () => inTime(provider.shutdown(), CLOSE_LIMIT_MS).catch(() => undefined),
  };
}

function sinceOf({ sinceMs }: { readonly sinceMs: number }): number {
  return performance.now() - sinceMs;
}

function spanOf(place: Place | undefined): Span | null {
  return place !== undefined && 'span' in place ? place.span : null;
}

function options({ kind = 'internal', facts = {} }: SpanDescription, startTime: number | undefined) {
  return { kind: KINDS[kind], attributes: facts, ...(startTime === undefined ? {} : { startTime }) };
}

/** @param parent of another process; undefined: the span that the caller is in. */
function contextOf(parent: Traceparent | null | undefined, here: Span | null): Context {
  if (parent === undefined) return here === null ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, here);
  if (parent === null) return ROOT_CONTEXT;
  const { trace_id: traceId, span_id: spanId } = traceIdsOf(parent);
  const traceFlags = isSampled(parent) ? 1 : 0;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

function traceparentOfSpan(span: Span): Traceparent {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return traceparentOf(traceId, spanId, (traceFlags & 1) === 1);
}

function openSpan(span: Span): OpenSpan {
  return {
    add: (facts: SpanFacts) => void span.setAttributes(facts),
    fail: (code) => markFailed(span, code),
  };
}

function markFailed(span: Span, code: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute('error.type', code);
}

function codeOf(error: unknown): string {
  return faultOf(error)?.code ?? (error instanceof Error ? error.name : 'unknown');
}
