import { STAGES } from '../../src/domain/stage.ts';
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

/** All that the trace of a study has that the watcher noticed and a worker stored at its first attempt. */
export const PATHS_OF_A_NOTICED_STUDY: readonly string[] = [
  'submit',
  ...['find series', 'series metadata'].map((call) => `submit/${call}`),
  'submit/analysis',
  'submit/analysis/queue',
  ...STAGES.map((stage) => `submit/analysis/${stage}`),
  ...['find series', 'series metadata'].map((call) => `submit/analysis/select/${call}`),
  'submit/analysis/fetch/retrieve series',
  ...['find series', 'retrieve instance'].map((call) => `submit/analysis/report/${call}`),
  ...['retrieve instance', 'store'].map((call) => `submit/analysis/store/${call}`),
].sort();
