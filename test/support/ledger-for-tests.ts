import { afterAll, beforeAll } from 'vitest';
import type { Database } from '../../src/database/sql.ts';
import { type LEDGER_KINDS, startTestLedger, type TestLedger } from './ledger-databases.ts';

/** One ledger for the tests of a block; called where tests are declared. */
export function ledgerForTests(kind: (typeof LEDGER_KINDS)[number]): { readonly database: Database } {
  let ledger: TestLedger;
  beforeAll(async () => {
    ledger = await startTestLedger(kind);
  }, 180_000);
  afterAll(() => ledger.close());
  return {
    get database() {
      return ledger.database;
    },
  };
}
