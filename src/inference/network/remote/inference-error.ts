import { Fault } from '../../../domain/fault.ts';

/** What can be wrong with an inference server. */
export type InferenceFaultCode =
  | 'inference-unreachable'
  | 'inference-refuses-credentials'
  | 'inference-mismatch'
  | 'inference-fault';

/** A fault of an inference server, or of the way to it. */
export class InferenceError extends Fault<InferenceFaultCode> {
  override readonly name = 'InferenceError';
  /** HTTP status; null where none came. */
  readonly status: number | null;
  /** For how long the server wants to be left alone. */
  readonly retryAfterMs: number | null;
  constructor(
    code: InferenceFaultCode,
    message: string,
    about: {
      readonly status?: number;
      readonly retryAfterMs?: number | null;
      readonly retryable?: boolean;
      readonly cause?: unknown;
    } = {},
  ) {
    super(code, message, about);
    this.status = about.status ?? null;
    this.retryAfterMs = about.retryAfterMs ?? null;
  }
}
