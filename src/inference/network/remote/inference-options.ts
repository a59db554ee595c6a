import type { InferenceExchange } from '../../../domain/inference-call.ts';

/** A text that may be renewed while the process runs. */
interface RenewableText {
  reveal(): string;
  renew(): string;
}

/** A model of a server; without a version the one that the server chooses. */
export interface ModelAddress {
  readonly model: string;
  readonly version: string | null;
}

/** A server of the Open Inference Protocol v2, and how it is asked. */
export interface InferenceServerOptions {
  /** Root such as https://triton.example:8000, /v2 below it; no credentials, query or fragment, no slash at the end. */
  readonly url: string;
  /** The header Authorization as a whole; null: none is sent. */
  readonly authorization: RenewableText | null;
  /** Authorities in PEM, in the place of those that Node knows; null: those. */
  readonly ca: string | null;
  /** Whole duration of one request. */
  readonly timeoutMs: number;
  readonly retry?: Partial<RetryPolicy>;
}

export interface RetryPolicy {
  /** Tries in all, the first included. */
  readonly attempts: number;
  /** Wait before the second try; doubled before each further one. */
  readonly firstDelayMs: number;
  /** A Retry-After is heeded up to this. */
  readonly maxRetryAfterMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = { attempts: 4, firstDelayMs: 200, maxRetryAfterMs: 30_000 };

/** Told of every request once its answer has ended. */
export type OnInferenceExchange = (exchange: InferenceExchange) => void;
