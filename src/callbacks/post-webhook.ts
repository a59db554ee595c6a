import type { KeyObject } from 'node:crypto';
import { Agent } from 'undici';
import type { Attempt, AttemptResult } from './delivery.ts';
import { ForbiddenAddressError, guardedConnector } from './guarded-connector.ts';
import { webhookHeaders } from './signature.ts';

/** Standard Webhooks 1.0.0, request timeouts: 15 to 30 s. */
const TIMEOUT_MS = 15_000;
/** Of an answer no more is read, and nothing of it is kept. */
const DUMPED_BYTES = 16 * 1024;

/** Sends one attempt; never rejects. */
export type PostWebhook = (
  attempt: Attempt,
  keys: readonly KeyObject[],
  signal: AbortSignal,
) => Promise<AttemptResult>;

/**
 * Posts webhooks over HTTP/1.1. Redirects are not followed: they count as failures.
 * @param isForbidden asked of every address before it is connected to.
 * @param userAgent names the program and its version.
 */
export function webhookPoster(
  isForbidden: (address: string) => boolean,
  userAgent: string,
  timeoutMs = TIMEOUT_MS,
): { readonly post: PostWebhook; close(): Promise<void> } {
  const agent = new Agent({
    connect: guardedConnector(timeoutMs, isForbidden),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  return {
    async post({ id, url, body }, keys, signal) {
      const limit = AbortSignal.timeout(timeoutMs);
      const { origin, pathname, search } = new URL(url);
      try {
        const answer = await agent.request({
          origin,
          path: pathname + search,
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'user-agent': userAgent,
            ...webhookHeaders(id, new Date(), body, keys),
          },
          body,
          signal: AbortSignal.any([signal, limit]),
        });
        // The status is the answer, whatever becomes of its body.
        await answer.body.dump({ limit: DUMPED_BYTES }).catch(() => undefined);
        return resultOf(answer.statusCode, answer.headers['retry-after']?.toString());
      } catch (cause) {
        if (signal.aborted) return { kind: 'called-off' };
        const nothing = { kind: 'failed', status: null, retryAfterSeconds: null } as const;
        if (cause instanceof ForbiddenAddressError) return { ...nothing, fault: 'address-forbidden' };
        return { ...nothing, fault: limit.aborted || isTimeout(cause) ? 'not-in-time' : 'no-answer' };
      }
    },
    close: () => agent.destroy(),
  };
}

function isTimeout(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && /^UND_ERR_\w+_TIMEOUT$/.test(String(cause.code));
}

/** Standard Webhooks 1.0.0, delivery success and failure. */
function resultOf(status: number, retryAfter: string | undefined): AttemptResult {
  if (status >= 200 && status <= 299) return { kind: 'delivered', status };
  const fault = status === 410 ? 'gone' : 'status';
  return { kind: 'failed', fault, status, retryAfterSeconds: secondsOf(retryAfter) };
}

/** Retry-After (RFC 9110 10.2.3): seconds or a date. */
function secondsOf(value = ''): number | null {
  if (/^\d{1,9}$/.test(value)) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, (at - Date.now()) / 1000);
}
