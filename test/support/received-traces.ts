import type { ReceivedSpan } from './otlp-message.ts';

/** A span as `name`, or `name!` where it failed, below those that it is a part of: `submit/analysis/fetch`. */
export function pathOf(spans: readonly ReceivedSpan[], span: ReceivedSpan): string {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  const name = span.status === 2 ? `${span.name}!` : span.name;
  return parent === undefined ? name : `${pathOf(spans, parent)}/${name}`;
}

/** Every path that there is, once, in alphabetical order. */
export function pathsOf(spans: readonly ReceivedSpan[]): readonly string[] {
  return [...new Set(spans.map((span) => pathOf(spans, span)))].sort();
}

export function ofTrace(spans: readonly ReceivedSpan[], traceId: string): readonly ReceivedSpan[] {
  return spans.filter((span) => span.traceId === traceId);
}

/** The spans of a name, in the order of their beginning. */
export function named(spans: readonly ReceivedSpan[], name: string): readonly ReceivedSpan[] {
  return spans.filter((span) => span.name === name).toSorted((a, b) => a.from - b.from);
}
