import { createHash } from 'node:crypto';
import type { AnyUid } from '../domain/uid.ts';

/**
 * The same UID for the same parts, for ever: `2.25.` and a 128-bit integer in decimal (PS3.5 B.2), here the
 * first 128 bits of SHA-256 over the parts. At most 44 characters.
 * The parts are framed by their lengths, so ('ab', 'c') and ('a', 'bc') differ.
 */
export function deterministicUid<T extends AnyUid>(...parts: readonly string[]): T {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return `2.25.${BigInt(`0x${hash.digest('hex').slice(0, 32)}`)}` as T;
}
