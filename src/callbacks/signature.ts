import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** Standard Webhooks 1.0.0, signature scheme: at least 24 bytes, at most 64. */
const [LEAST, MOST] = [24, 64] as const;

/** The key of a secret as Standard Webhooks serialises it: `whsec_` and base64; null where it is none. */
export function signingKey(secret: string): KeyObject | null {
  const [, base64 = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  const bytes = Buffer.from(base64, 'base64');
  return bytes.length < LEAST || bytes.length > MOST ? null : createSecretKey(bytes);
}

/** The headers of one attempt to tell (Standard Webhooks 1.0.0, webhook headers). */
export interface WebhookHeaders {
  /** The same over all attempts. */
  readonly 'webhook-id': string;
  /** Of the attempt, in seconds since 1970. */
  readonly 'webhook-timestamp': string;
  /** One signature a key, separated by spaces. */
  readonly 'webhook-signature': string;
}

/** Signs the very bytes that are sent. @param id without a full stop. */
export function webhookHeaders(
  id: string,
  at: Date,
  body: string,
  keys: readonly KeyObject[],
): WebhookHeaders {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signed = `${id}.${timestamp}.${body}`;
  const signatures = keys.map((key) => `v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
