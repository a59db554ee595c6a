import { CHAIN_BEGIN, type ChainEnd, hashOf, linkOf, NOTHING_BEFORE } from './audit-chain.ts';

export interface AuditVerdict {
  readonly entries: number;
  /** Of the first entry: above 1 where an earlier file precedes. */
  readonly firstSequence: number | null;
  /** Of the last entry: kept elsewhere, it shows later whether what stood before it is still there. */
  readonly end: ChainEnd | null;
  /** Lines that are no entries. */
  readonly otherLines: number;
  readonly faults: readonly { readonly line: number; readonly words: string }[];
}

export interface AuditExpectation {
  /** The hash that the first entry follows, as the file before it ended. */
  readonly after?: string | undefined;
  /** A hash that was kept: its entry has to be there, and to the letter. */
  readonly expected?: string | undefined;
  /** Chains may begin anew, as on standard output with every start of a process. */
  readonly restarts?: boolean;
}

/** Follows the chain from line to line. What was changed, taken out, put in or moved breaks it. */
export async function verifyAuditLog(
  lines: AsyncIterable<string>,
  { after, expected, restarts = false }: AuditExpectation = {},
): Promise<AuditVerdict> {
  const faults: { line: number; words: string }[] = [];
  let [number, entries, otherLines] = [0, 0, 0];
  let firstSequence: number | null = null;
  let end: ChainEnd | null = after === undefined ? null : { ...CHAIN_BEGIN, hash: after };
  let isExpectedThere = expected === undefined;
  for await (const line of lines) {
    number += 1;
    const link = linkOf(line);
    if (link === null) {
      otherLines += 1;
      continue;
    }
    const begins = link.sequence === 1 && link.previous === NOTHING_BEFORE;
    const follows =
      end === null
        ? begins || link.sequence > 1
        : link.previous === end.hash && (entries === 0 || link.sequence === end.sequence + 1);
    if (!follows && !(begins && restarts)) {
      faults.push({ line: number, words: `entry ${link.sequence} does not follow the entry before it` });
    }
    firstSequence ??= link.sequence;
    entries += 1;
    end = { sequence: link.sequence, hash: hashOf(line) };
    isExpectedThere ||= end.hash === expected;
  }
  if (!isExpectedThere) faults.push({ line: number, words: 'the entry of the expected hash is not there' });
  return { entries, firstSequence, end: entries === 0 ? null : end, otherLines, faults };
}
