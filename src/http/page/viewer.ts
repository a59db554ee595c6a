import type { Response } from 'express';
import type { Scope } from '../../domain/scope.ts';
import type { Access } from '../guard/access.ts';
import { knownCaller } from '../guard/guarded.ts';

/** Who looks at a page. */
export interface Viewer {
  /** Null where nobody has to sign in. */
  readonly name: string | null;
  may(scope: Scope): boolean;
}

export function viewerOf(
  response: Pick<Response, 'locals'>,
  { authenticate }: Pick<Access, 'authenticate'>,
): Viewer {
  if (authenticate.length === 0) return { name: null, may: () => true };
  const { name, id, scopes } = knownCaller(response);
  return { name: name || id, may: (scope) => scopes.includes(scope) };
}
