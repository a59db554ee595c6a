import type { Request, Response } from 'express';

/** 256 bits in base64url. */
const SECRET = /^[\w-]{43}$/;
const NAME = 'spinegrade-session';

/** The cookie of whoever has signed in (RFC 6265bis): for no script, and sent with no request that another site begins. */
export const sessionCookie = {
  /** What the request has of it; null where it is none of ours. */
  of(request: Pick<Request, 'headers'>): string | null {
    const value = cookieOf(request, NAME);
    return value !== null && SECRET.test(value) ? value : null;
  },
  set(request: Request, response: Response, secret: string, endsAt: Date): void {
    response.cookie(NAME, secret, { ...attributes(request), expires: endsAt });
  },
  clear(request: Request, response: Response): void {
    response.clearCookie(NAME, attributes(request));
  },
};

/** The first cookie of that name; null where there is none. */
export function cookieOf({ headers }: Pick<Request, 'headers'>, name: string): string | null {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
}

const attributes = ({ secure }: Pick<Request, 'secure'>) =>
  ({ httpOnly: true, sameSite: 'strict', secure, path: '/' }) as const;
