import { InferenceError } from './inference-error.ts';

/** Until a human renews them, no request is answered. */
const REFUSES_CREDENTIALS = new Set([401, 403, 407]);
/** Too many requests; bad gateway, service unavailable, gateway timeout: the same request may be answered soon. */
const PASSES = new Set([429, 502, 503, 504]);

/** The fault that an unexpected status is; `said` is the server's own word for it, which may be long. */
export function statusFault(about: string, status: number, retryAfter: string | undefined, said: string) {
  const words = said === '' ? '' : `: ${said.slice(0, 300)}`;
  const message = `${about}: HTTP ${status}${words}`;
  if (REFUSES_CREDENTIALS.has(status)) {
    return new InferenceError('inference-refuses-credentials', message, { status });
  }
  const away = PASSES.has(status) && status !== 429;
  return new InferenceError(away ? 'inference-unreachable' : 'inference-fault', message, {
    status,
    retryAfterMs: retryAfterMs(retryAfter),
  });
}

/** What to throw for an error met while talking to the server: the signal's reason when the caller aborted. */
export function connectionFault(about: string, error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  if (error instanceof InferenceError || !(error instanceof Error)) return error;
  if (error.name === 'TimeoutError') {
    return new InferenceError('inference-unreachable', `${about}: no complete answer in time`, {
      cause: error,
    });
  }
  const code = (error as NodeJS.ErrnoException).code;
  if (typeof code !== 'string') return error;
  return new InferenceError('inference-unreachable', `${about}: ${code}`, { cause: error });
}

/** Whether the same request may be answered soon: no connection, or a status that says so. A timeout is none: it was long enough. */
export function isPassing(error: unknown): error is InferenceError {
  if (!(error instanceof InferenceError)) return false;
  if (error.status !== null) return PASSES.has(error.status);
  const isLate = error.cause instanceof Error && error.cause.name === 'TimeoutError';
  return error.code === 'inference-unreachable' && error.cause !== undefined && !isLate;
}

/** Retry-After (RFC 9110 10.2.3): seconds or a date; null when there is none or it is neither. */
function retryAfterMs(value: string | undefined): number | null {
  if (value === undefined) return null;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}
