import { createHash, randomBytes } from 'node:crypto';

/** 256 bits: nothing to guess, so that one fast hash is enough to keep. */
const SECRET_BYTES = 32;
const ID_BYTES = 6;

/** A new key. What it begins with tells people and scanners of leaks what it is, and which one. */
export function newToken(): { readonly id: string; readonly token: string } {
  const id = randomBytes(ID_BYTES).toString('hex');
  return { id, token: `sgk_${id}_${randomBytes(SECRET_BYTES).toString('base64url')}` };
}

/** What is kept of a key, in hex. */
export const sha256Of = (token: string): string => createHash('sha256').update(token).digest('hex');
