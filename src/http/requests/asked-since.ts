import type { Request } from 'express';

/** From when on a client wants to know, as `since` of its query says (held against the contract before), else so long ago. */
export function askedSince({ query: { since } }: Request<object>, otherwiseMs: number): Date {
  return typeof since === 'string' ? new Date(since) : new Date(Date.now() - otherwiseMs);
}
