import { readFile } from 'node:fs/promises';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { NO_CALLBACKS } from '../../src/callbacks/callback-rules.ts';
import { SCOPES } from '../../src/domain/scope.ts';
import type { Access } from '../../src/http/guard/access.ts';
import { apiKeyStore } from '../../src/http/guard/api-key-store.ts';
import { keyHolder } from '../../src/http/guard/key-ring.ts';
import { sha256Of } from '../../src/http/guard/secret-token.ts';
import { sessionStore } from '../../src/http/guard/session-store.ts';
import { type Listener, listen } from '../../src/http/listener.ts';
import type { ReadinessChecks } from '../../src/http/operations/operations-routes.ts';
import { READY } from './api-for-each-test.ts';
import { type LEDGER_KINDS, startTestLedger, type TestLedger } from './ledger-databases.ts';
import { PATIENCE_MS } from './service-client.ts';
import { openTestApi, type TestApi } from './test-api.ts';

/** One of a key for each choice of scopes, as the settings would name them. */
export const LISTED = [
  { name: 'reader', scopes: ['read'] as const, token: 'r'.repeat(40) },
  { name: 'operator', scopes: SCOPES, token: 'o'.repeat(40) },
  { name: 'asker', scopes: ['analyze'] as const, token: 'a'.repeat(40) },
];

/** The pages of a real API on a real database, listening, and a real Chromium; one for the tests of a file. */
export function pageBench(
  of: 'keys' | 'open',
  more: Partial<Access> = {},
  database: (typeof LEDGER_KINDS)[number] = 'embedded',
) {
  let ledger: TestLedger;
  let api: TestApi;
  let listener: Listener;
  let browser: Browser | null = null;
  let picture: Uint8Array;
  const at = { nowMs: Date.now(), checks: READY as ReadinessChecks };
  beforeAll(async () => {
    ledger = await startTestLedger(database);
    picture = await readFile('docs/phantom-grades.png');
    const holder = keyHolder(
      apiKeyStore(ledger.database).valid,
      () => LISTED,
      () => at.nowMs,
    );
    const byKey = (key: string) => holder(sha256Of(key));
    const sessions = sessionStore(ledger.database, { lifetimeMs: 3_600_000, holder });
    const guarded = { authenticate: [byKey], signIn: { sessions, byKey, byProvider: null } };
    const access = { ...(of === 'keys' ? guarded : {}), ...more };
    api = await openTestApi(ledger.database, async () => at.checks, NO_CALLBACKS, access, {
      picture: async () => picture,
      region: async (_study, { level }) => (level === 'L1/L2' ? null : picture),
      measured: async () => picture,
    });
    listener = await listen(api.app, { host: '127.0.0.1', port: 0, tls: null }, () => undefined);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    listener.close();
    await api.close();
    await ledger.close();
  });
  return {
    at,
    get api() {
      return api;
    },
    get database() {
      return ledger.database;
    },
    get url() {
      return listener.address;
    },
    /** A browser's own window on the service, nobody signed in; every message of its console and of its policy is kept. */
    async window(options: BrowserContextOptions = {}): Promise<BrowserContext> {
      browser ??= await chromium.launch({
        executablePath: '/usr/bin/chromium',
        args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
      });
      const context = await browser.newContext({ baseURL: listener.address, ...options });
      // A browser beside other tests on two cores takes its time.
      context.setDefaultTimeout(PATIENCE_MS);
      return context;
    },
  };
}
