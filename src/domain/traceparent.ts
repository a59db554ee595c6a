declare const brand: unique symbol;

/** Which trace something belongs to, and under which span of it: `00-` trace id `-` span id `-` flags (W3C Trace Context 3.2). */
export type Traceparent = string & { readonly [brand]: 'Traceparent' };

/** The ids as the log has them, named as OpenTelemetry names them in logs that are not its own. */
export interface TraceIds {
  readonly trace_id: string;
  readonly span_id: string;
}

const HEADER = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const SAMPLED = 0x01;

/**
 * What a `traceparent` header says; null where there is none, or one that is malformed: it is ignored then, as W3C Trace
 * Context 4.3 asks. One of a later version is read as far as version 00 goes.
 */
export function parseTraceparent(header: string | undefined): Traceparent | null {
  const [, version, traceId = '', spanId = '', flags = '', more] = HEADER.exec(header ?? '') ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return traceparentOf(traceId, spanId, (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED);
}

/** @param traceId 32 hexadecimal digits. @param spanId 16. */
export function traceparentOf(traceId: string, spanId: string, sampled: boolean): Traceparent {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}` as Traceparent;
}

export function traceIdsOf(traceparent: Traceparent): TraceIds {
  return { trace_id: traceparent.slice(3, 35), span_id: traceparent.slice(36, 52) };
}

/** Whether the trace is recorded by whom it came from. */
export function isSampled(traceparent: Traceparent): boolean {
  return traceparent.endsWith('1');
}
