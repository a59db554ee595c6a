import type { Request, Response } from 'express';
import type { PendingSignIn } from '../../guard/provider-sign-in.ts';
import { cookieOf } from '../../guard/session-cookie.ts';

const NAME = 'spinegrade-sign-in';
const LIFETIME_MS = 600_000;

interface Pending extends PendingSignIn {
  readonly next: string;
}

/** What a browser keeps while its user is at the identity provider, whose redirect brings it back: hence Lax. */
export const pendingCookie = {
  /** Null where there is none, or it is not as it was set. */
  of(request: Request): Pending | null {
    try {
      const said: unknown = JSON.parse(Buffer.from(cookieOf(request, NAME) ?? '', 'base64url').toString());
      if (typeof said !== 'object' || said === null) return null;
      const { state, nonce, verifier, next } = said as Partial<Record<keyof Pending, unknown>>;
      const parts = [state, nonce, verifier, next];
      return parts.every((part) => typeof part === 'string') ? (said as Pending) : null;
    } catch {
      return null;
    }
  },
  set(request: Request, response: Response, pending: Pending): void {
    const value = Buffer.from(JSON.stringify(pending)).toString('base64url');
    response.cookie(NAME, value, { ...attributes(request), maxAge: LIFETIME_MS });
  },
  clear(request: Request, response: Response): void {
    response.clearCookie(NAME, attributes(request));
  },
};

const attributes = ({ secure }: Pick<Request, 'secure'>) =>
  ({ httpOnly: true, sameSite: 'lax', secure, path: '/page/oidc' }) as const;
