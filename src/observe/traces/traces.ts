import type { TraceIds, Traceparent } from '../../domain/traceparent.ts';

/** What a span says beside its name and times. Never patient data; UIDs as the log writes them. */
export type SpanFacts = Readonly<Record<string, string | number | boolean>>;

/** In whose name a span stands: of work of this process alone, of a request taken or made, of work handed on or taken up. */
export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

export interface SpanDescription {
  readonly name: string;
  readonly kind?: SpanKind;
  readonly facts?: SpanFacts;
}

export interface WorkDescription extends SpanDescription {
  /** What the work is a part of, where that is not the span it is called in; null: of nothing before it. */
  readonly parent?: Traceparent | null;
  /** Since when the span counts, in milliseconds before now. */
  readonly sinceMs?: number;
}

/** A span that is open. */
export interface OpenSpan {
  add(facts: SpanFacts): void;
  /** The work failed, and of what, by a code: messages hold words of others. */
  fail(code: string): void;
}

/**
 * Which work is a part of which, over processes: spans around work, from outside. Nothing of it waits for whoever
 * collects the spans, and nothing fails with them.
 */
export interface Traces {
  /** The span that the caller is in; null where there is none. */
  readonly current: Traceparent | null;
  /** The same, for a line of the log. */
  readonly ids: () => TraceIds | undefined;
  /** Does the work within a span. What the work throws marks the span as failed, by its code, and is thrown. */
  within<Result>(what: WorkDescription, work: (span: OpenSpan) => Promise<Result>): Promise<Result>;
  /** Tells of a part of the caller's span that has just ended and took so long; of nothing where there is none. */
  ended(what: SpanDescription, ms: number, failed?: string | null): void;
  /**
   * Does work that may turn out to belong to a trace: what ends in it is kept until a span is opened, and told as parts
   * of that one; of nothing where there was none.
   */
  awaiting<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Sends what there is left to send, within a limit; never rejects. */
  close(): Promise<void>;
}

const NO_SPAN: OpenSpan = { add: () => undefined, fail: () => undefined };

/** While traces are switched off. */
export const NO_TRACES: Traces = {
  current: null,
  ids: () => undefined,
  within: (_, work) => work(NO_SPAN),
  ended: () => undefined,
  awaiting: (work) => work(),
  close: () => Promise.resolve(),
};
