/**
 * What a client of the API may be allowed, each for itself. `read`: to see what became of studies and how the
 * installation is. `analyze`: to put work in the queue. `admin`: to steer the work of others.
 */
export const SCOPES = ['read', 'analyze', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** A list of scopes separated by commas or spaces; null where one of them is none, or there is none. */
export function parseScopes(text: string): readonly Scope[] | null {
  const names = text.split(/[\s,]+/).filter((name) => name !== '');
  const scopes = SCOPES.filter((scope) => names.includes(scope));
  const isKnown = names.every((name) => (SCOPES as readonly string[]).includes(name));
  return isKnown && scopes.length > 0 ? scopes : null;
}
