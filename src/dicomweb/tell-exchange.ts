import { AsyncLocalStorage } from 'node:async_hooks';
import type { Dispatcher } from 'undici';
import type { ArchiveExchange } from '../domain/archive-call.ts';

/**
 * Tells of one request once its answer has come to its end, however that came about, as if the caller had done so: what
 * arrives on a connection comes in the name of whoever opened it.
 * @param signal of the request: what it says of its abort tells a limit that was reached from work called off.
 */
export function tellExchange(
  { call, sentBytes }: Pick<ArchiveExchange, 'call' | 'sentBytes'>,
  signal: AbortSignal,
  tell: (exchange: ArchiveExchange) => void,
): Dispatcher.DispatcherComposeInterceptor {
  const asCaller = AsyncLocalStorage.snapshot();
  return (dispatch) => (options, handler) => {
    const startedAt = performance.now();
    let status: number | null = null;
    let receivedBytes = 0;
    const told = (end: ArchiveExchange['end']) => {
      asCaller(tell, { call, status, end, ms: performance.now() - startedAt, sentBytes, receivedBytes });
    };
    return dispatch(options, {
      onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
      onResponseStart(controller, code, headers, message) {
        status = code;
        handler.onResponseStart?.(controller, code, headers, message);
      },
      onResponseData(controller, chunk) {
        receivedBytes += chunk.length;
        handler.onResponseData?.(controller, chunk);
      },
      onResponseEnd(controller, trailers) {
        told('whole');
        handler.onResponseEnd?.(controller, trailers);
      },
      onResponseError(controller, error) {
        told(isCalledOff(error, signal) ? 'called-off' : 'broken');
        handler.onResponseError?.(controller, error);
      },
    });
  };
}

/** An answer that nobody reads to its end is aborted without a signal. */
function isCalledOff(error: Error, signal: AbortSignal): boolean {
  if (signal.aborted) return (signal.reason as Error | undefined)?.name !== 'TimeoutError';
  return (error as NodeJS.ErrnoException).code === 'UND_ERR_ABORTED';
}
