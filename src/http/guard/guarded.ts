import type { RequestHandler, Response } from 'express';
import type { Scope } from '../../domain/scope.ts';
import { ProblemError } from '../problems/problem-error.ts';
import { type Access, ANYONE, type Authenticate, type Caller } from './access.ts';
import { bearerToken, challenge } from './bearer-token.ts';

/** What a client must be allowed for an operation; `none`: nothing, as with probes. */
export type Permission = 'none' | Scope;

/**
 * Lets those pass that may. Without authentication everybody may.
 * @throws ProblemError `unauthenticated`, `forbidden`; what authentication throws where it cannot tell.
 */
export function guarded(permission: Permission, { authenticate }: Access): RequestHandler {
  if (permission === 'none' || authenticate.length === 0) return (_request, _response, next) => next();
  return async (request, response, next) => {
    const caller = await callerOf(request.get('authorization'), authenticate);
    keepCaller(response, caller);
    if (!caller.scopes.includes(permission)) {
      const words = `This needs the scope ${permission}.`;
      throw new ProblemError('forbidden', words, challenge('insufficient_scope', permission));
    }
    next();
  };
}

async function callerOf(
  authorization: string | undefined,
  authenticate: readonly Authenticate[],
): Promise<Caller> {
  if (authorization === undefined) {
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

function keepCaller({ locals }: Response, caller: Caller): void {
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
