import type { Scope } from '../../domain/scope.ts';

/** An API key as it is kept: not the key. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

/** What cannot be done with keys, in words. */
export class ApiKeyError extends Error {
  override readonly name = 'ApiKeyError';
}

/** Makes, lists and revokes keys. */
export interface ApiKeyOffice {
  /** @param by who asks, for the audit log. @throws ApiKeyError where a valid key has the name. */
  create(
    key: Pick<ApiKey, 'name' | 'scopes' | 'expiresAt'>,
    by: string,
  ): Promise<{ readonly key: ApiKey; readonly token: string }>;
  /** The latest first, those revoked and expired too. */
  list(): Promise<readonly ApiKey[]>;
  /** @param which name or id of a key that is not revoked. @throws ApiKeyError where there is none. */
  revoke(which: string, by: string): Promise<ApiKey>;
}

/** Names stand in logs and metrics of others: no spaces, no control characters. */
export const isKeyName = (name: string): boolean => /^[a-zA-Z0-9][\w.@-]{0,63}$/.test(name);
