import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { ReadinessChecks } from '../../src/http/operations/operations-routes.ts';
import { startTestLedger, type TestLedger } from './ledger-databases.ts';
import { openTestApi, type TestApi } from './test-api.ts';

/** What every part says when all is well. */
export const READY: ReadinessChecks = {
  database: { ok: true, detail: null },
  archive: { ok: true, detail: null },
  modelPack: { ok: true, detail: null, name: 'default', sha256: 'ab', executionProvider: 'cpu' },
  watcher: { ok: true, detail: null, enabled: true, acting: true, lastPollAt: new Date(0).toISOString() },
};

/** The API anew for each test of a file, on one embedded database. */
export function apiForEachTest() {
  let ledger: TestLedger;
  let api: TestApi;
  const site = {
    /** What the parts say to whoever asks; all is well when a test begins. */
    checks: READY,
    get api() {
      return api;
    },
    get database() {
      return ledger.database;
    },
    get app() {
      return api.app;
    },
  };
  beforeAll(async () => {
    ledger = await startTestLedger('embedded');
  }, 180_000);
  afterAll(() => ledger.close());
  beforeEach(async () => {
    site.checks = READY;
    api = await openTestApi(ledger.database, async () => site.checks);
  });
  afterEach(() => api.close());
  return site;
}
