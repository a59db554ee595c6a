import type { Request, RequestHandler, Response } from 'express';
import type { Scope } from '../../domain/scope.ts';
import { ProblemError } from '../problems/problem-error.ts';
import type { Access } from './access.ts';
import { bearerToken, challenge } from './bearer-token.ts';
import { ANYONE, type Caller } from './caller.ts';
import { sessionCookie } from './session-cookie.ts';

/** What a client must be allowed for an operation; `none`: nothing, as with probes. */
export type Permission = 'none' | Scope;

/**
 * Lets those pass that may. Without authentication everybody may. A session of the page is enough for what only reads;
 * for more it is where the page itself asks, which looks at where a request comes from.
 * @throws ProblemError `unauthenticated`, `forbidden`; what authentication throws where it cannot tell.
 */
export function guarded(
  permission: Permission,
  access: Pick<Access, 'authenticate' | 'signIn'>,
  sessionsFor: 'reading' | 'everything' = 'reading',
): RequestHandler {
  if (permission === 'none' || access.authenticate.length === 0) return (_request, _response, next) => next();
  return async (request, response, next) => {
    const bySession = sessionsFor === 'everything' || request.method === 'GET';
    const caller = await callerOf(request, access, bySession);
    keepCaller(response, caller);
    if (!caller.scopes.includes(permission)) {
      const words = `This needs the scope ${permission}.`;
      throw new ProblemError('forbidden', words, challenge('insufficient_scope', permission));
    }
    next();
  };
}

async function callerOf(
  request: Request,
  { authenticate, signIn }: Pick<Access, 'authenticate' | 'signIn'>,
  bySession: boolean,
): Promise<Caller> {
  const authorization = request.get('authorization');
  if (authorization === undefined) {
    const session = bySession && signIn !== null ? sessionCookie.of(request) : null;
    const caller = session === null ? null : await signIn!.sessions.find(session);
    if (caller !== null) return caller;
    if (session !== null) {
      throw new ProblemError('unauthenticated', 'The session has ended: sign in again.', challenge());
    }
    const words = 'This needs a key or a token, in the header Authorization: Bearer.';
    throw new ProblemError('unauthenticated', words, challenge());
  }
  const token = bearerToken(authorization);
  if (token !== null) {
    for (const ask of authenticate) {
      const caller = await ask(token);
      if (caller !== null) return caller;
    }
  }
  const words = 'The key or token is malformed, unknown, expired or not for this service.';
  throw new ProblemError('unauthenticated', words, challenge('invalid_token'));
}

const CALLER = 'caller';

/** Has the request be this caller's, for limits and audit log. */
export function keepCaller({ locals }: Pick<Response, 'locals'>, caller: Caller): void {
  locals[CALLER] = caller;
}

/** Who asked, once that is known. */
export function knownCaller({ locals }: Pick<Response, 'locals'>): Caller {
  return (locals[CALLER] as Caller | undefined) ?? ANYONE;
}

/** Whose a request is, the same at each of them: `anyone`, or the kind of caller and its id. */
export function callerName(response: Pick<Response, 'locals'>): string {
  const { kind, id, name } = knownCaller(response);
  return kind === 'anyone' ? kind : `${kind}:${id || name}`;
}
