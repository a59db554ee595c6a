import { createHash } from 'node:crypto';

/**
 * Names a set of images: SHA-256 in hex over the sorted, distinct SOP Instance UIDs, each followed by a line feed.
 * Neither the order of arrival nor repeats change it.
 */
export function inputSetHash(sopInstanceUids: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const uid of [...new Set(sopInstanceUids)].sort()) hash.update(`${uid}\n`);
  return hash.digest('hex');
}
