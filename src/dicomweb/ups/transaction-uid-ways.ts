import type { ArchiveWays } from '../archive-ways.ts';

/** Where an update carries the Transaction UID: appended to the URL, or in the data set (PS3.4 CC.2.6.2). */
export interface TransactionUidWay {
  /** After the workitem's address. */
  query(transactionUid: string): string;
  readonly inDataSet: boolean;
}

/**
 * Editions of PS3.18 11.6.1 and servers name the parameter differently, or give the UID no name at all; and there are
 * those that read it in the data set alone.
 */
const WAYS: readonly TransactionUidWay[] = [
  { query: (uid) => `?transaction-uid=${uid}`, inDataSet: false },
  { query: (uid) => `?transaction=${uid}`, inDataSet: false },
  { query: (uid) => `?Transaction-UID=${uid}`, inDataSet: false },
  { query: (uid) => `?${uid}`, inDataSet: false },
  { query: () => '', inDataSet: true },
];

/** Runs an update in the way that the worklist takes. */
export type ByTransactionUid = <T>(
  run: (way: TransactionUidWay) => Promise<T>,
  refused: (result: T) => boolean,
) => Promise<T>;

/** Tries one way after the other until one is not refused, and remembers it. What all refuse, the first says how. */
export function transactionUidWays(ways: ArchiveWays): ByTransactionUid {
  let known: TransactionUidWay | null = null;
  return async (run, refused) => {
    if (known !== null) return await run(known);
    const first = await run(WAYS[0]!);
    if (!refused(first)) {
      known = WAYS[0]!;
      return first;
    }
    for (const way of WAYS.slice(1)) {
      const result = await run(way);
      if (refused(result)) continue;
      known = way;
      ways.found('transaction-uid-otherwise');
      return result;
    }
    return first;
  };
}
