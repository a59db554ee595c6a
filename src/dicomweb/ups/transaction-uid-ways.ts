import type { ArchiveWays } from '../archive-ways.ts';
import type { Became } from './worklist.ts';

/** Where an update carries the Transaction UID: appended to the URL, or in the data set (PS3.4 CC.2.6.2). */
export interface TransactionUidWay {
  /** After the workitem's address. */
  query(transactionUid: string): string;
  readonly inDataSet: boolean;
  /** PS3.18 11.6.1 has POST. */
  readonly method?: 'PUT';
}

/**
 * Editions of PS3.18 11.6.1 and servers name the parameter differently, or give the UID no name at all; there are those
 * that read it in the data set alone, and those that take updates by PUT.
 */
const WAYS: readonly TransactionUidWay[] = [
  { query: (uid) => `?transaction-uid=${uid}`, inDataSet: false },
  { query: (uid) => `?transaction=${uid}`, inDataSet: false },
  { query: (uid) => `?Transaction-UID=${uid}`, inDataSet: false },
  { query: (uid) => `?${uid}`, inDataSet: false },
  { query: () => '', inDataSet: true },
  { query: (uid) => `?transaction-uid=${uid}`, inDataSet: false, method: 'PUT' },
];

/** What came of an update; null where its answer is none that an update has. */
export interface Updated {
  readonly became: Became | null;
}

/** Runs an update in the way that the worklist takes. */
export type ByTransactionUid = <T extends Updated>(run: (way: TransactionUidWay) => Promise<T>) => Promise<T>;

/**
 * Tries one way after the other until one is taken, and remembers it. Of what is taken in none, the answer to the first
 * counts; a refusal before what is no answer to an update, as that may be the way's own.
 */
export function transactionUidWays(ways: ArchiveWays): ByTransactionUid {
  let known: TransactionUidWay | null = null;
  return async <T extends Updated>(run: (way: TransactionUidWay) => Promise<T>) => {
    if (known !== null) return await run(known);
    const answers: T[] = [];
    for (const way of WAYS) {
      const answer = await run(way);
      answers.push(answer);
      // A method that is not known is often not found; a step that is gone is so by the first.
      if (answer.became === 'gone' && answers.length === 1) return answer;
      if (answer.became !== 'done') continue;
      known = way;
      if (way !== WAYS[0]) ways.found('transaction-uid-otherwise');
      return answer;
    }
    return answers.find(({ became }) => became === 'refused') ?? answers[0]!;
  };
}
