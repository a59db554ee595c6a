import { createHash } from 'node:crypto';

/** What the first entry of all follows. */
export const NOTHING_BEFORE = '0'.repeat(64);

/** An entry's place in the chain, as its line says. */
export interface Link {
  readonly sequence: number;
  /** SHA-256 of the line before, in hex; of the first of all NOTHING_BEFORE. */
  readonly previous: string;
}

/** Where a chain goes on. */
export interface ChainEnd {
  readonly sequence: number;
  readonly hash: string;
}

export const CHAIN_BEGIN: ChainEnd = { sequence: 0, hash: NOTHING_BEFORE };

/** SHA-256 of a line without its end. */
export const hashOf = (line: string): string => createHash('sha256').update(line).digest('hex');

/** The line of an entry that follows. */
export function nextLine(end: ChainEnd, entry: object): { readonly line: string; readonly end: ChainEnd } {
  const link: Link = { sequence: end.sequence + 1, previous: end.hash };
  const line = JSON.stringify({ ...link, ...entry });
  return { line, end: { sequence: link.sequence, hash: hashOf(line) } };
}

/** The place of a line; null of one that is no entry, such as a log line beside it or one that was broken off. */
export function linkOf(line: string): Link | null {
  if (!line.startsWith('{"sequence":')) return null;
  try {
    const { sequence, previous } = JSON.parse(line) as Partial<Link>;
    const isLink = Number.isSafeInteger(sequence) && /^[0-9a-f]{64}$/.test(String(previous));
    return isLink ? { sequence: sequence as number, previous: previous as string } : null;
  } catch {
    return null;
  }
}
