import type { Scope } from '../../domain/scope.ts';

/** Who asks. */
export interface Caller {
  readonly kind: 'anyone' | 'key' | 'token';
  /** Of a key its id, of a token its subject; empty of anyone. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly scopes: readonly Scope[];
}

/** Whose a token is; null where it is nobody's that is known. Rejects where that cannot be told just now. */
export type Authenticate = (token: string) => Promise<Caller | null>;

export const ANYONE: Caller = { kind: 'anyone', id: '', name: '', scopes: [] };
