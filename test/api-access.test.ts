import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { SCOPES } from '../src/domain/scope.ts';
import { apiKeyStore } from '../src/http/guard/api-key-store.ts';
import { keyRing } from '../src/http/guard/key-ring.ts';
import { contractChecker } from './support/contract-check.ts';
import { guardedApi, operationsOfContract } from './support/guarded-api.ts';
import { ledgerForTests } from './support/ledger-for-tests.ts';

const check = contractChecker();
const operations = operationsOfContract();
const closed = operations.filter(({ permission }) => permission !== 'none');
const READ = closed.find(({ permission }) => permission === 'read')!;
const LISTED = [{ name: 'reader', scopes: ['read'] as const, token: 'r'.repeat(40) }];
const nowhere = () => Promise.resolve(new Map());

/** An API with a key for each choice of scopes. */
function apiWithKeys() {
  const tokens = new Map(SCOPES.map((scope) => [scope as string, scope.padEnd(40, '.')]));
  const listed = [...tokens].map(([name, token]) => ({
    name,
    scopes: SCOPES.filter((scope) => scope === name),
    token,
  }));
  return { ...guardedApi({ authenticate: [keyRing(nowhere, () => listed)] }), tokens };
}

describe('an operation of the contract', () => {
  const { app, tokens } = apiWithKeys();

  test.each(operations)('$operationId is declared open exactly where it needs nothing', (operation) => {
    expect(operation.permission).toMatch(/^(?:none|read|analyze|admin)$/);
    expect(operation.security).toEqual(operation.permission === 'none' ? [] : undefined);
  });

  test.each(closed)('$operationId answers nobody without a key', async ({ method, path, route }) => {
    const answer = await request(app)[method](path);
    check([route, method], answer);
    expect([answer.status, answer.body.type]).toEqual([401, 'urn:spinegrade:problem:unauthenticated']);
    expect(answer.get('WWW-Authenticate')).toBe('Bearer realm="spinegrade"');
  });

  test.each(closed)('$operationId answers who has its scope and no other', async (operation) => {
    const { method, path, route, permission } = operation;
    for (const [scope, token] of tokens) {
      const answer = await request(app)[method](path).auth(token, { type: 'bearer' });
      check([route, method], answer);
      if (scope === permission) expect(answer.status).not.toBeOneOf([401, 403]);
      else {
        expect([answer.status, answer.body.type]).toEqual([403, 'urn:spinegrade:problem:forbidden']);
        expect(answer.get('WWW-Authenticate')).toContain(`error="insufficient_scope", scope="${permission}"`);
      }
    }
  });

  test.each(operations.filter(({ permission }) => permission === 'none'))(
    '$operationId needs nothing',
    async ({ method, path }) => {
      expect((await request(app)[method](path)).status).not.toBeOneOf([401, 403]);
    },
  );

  test('HEAD needs what GET needs', async () => {
    expect((await request(app).head(READ.path)).status).toBe(401);
  });
});

describe('a header that names nobody', () => {
  const { app, lines } = guardedApi({ authenticate: [keyRing(nowhere, () => LISTED)] });
  const token = LISTED[0]!.token;
  test.each([
    ['another key', `Bearer ${'x'.repeat(40)}`],
    ['half a key', `Bearer ${token.slice(0, 20)}`],
    ['a key and more', `Bearer ${token}r`],
    ['no kind', token],
    ['another kind', `Basic ${Buffer.from(`reader:${token}`).toString('base64')}`],
    ['nothing behind the kind', 'Bearer '],
    ['two keys', `Bearer ${token} ${token}`],
    ['odd characters', 'Bearer "><script>alert(1)</script>'],
    ['a token beyond measure', `Bearer ${'z'.repeat(9_000)}`],
  ])('%s', async (_, header) => {
    const answer = await request(app).get(READ.path).set('Authorization', header);
    check([READ.route, 'get'], answer);
    expect(answer.status).toBe(401);
    expect(answer.get('WWW-Authenticate')).toContain('error="invalid_token"');
    for (const said of [answer.text, JSON.stringify(lines)]) {
      expect(said).not.toMatch(/script|rrrr|xxxx|zzzz|cmVhZGVy/);
    }
  });
});

describe('a key of the database', () => {
  const ledger = ledgerForTests('embedded');
  const inAYear = () => new Date(Date.now() + 365 * 86_400_000);

  test('opens what it is for until it is revoked, and nobody reads it in the database', async () => {
    const store = apiKeyStore(ledger.database);
    let now = Date.now();
    const { app } = guardedApi({
      authenticate: [
        keyRing(
          store.valid,
          () => [],
          () => now,
        ),
      ],
    });
    const ask = (token: string) => request(app).get(READ.path).auth(token, { type: 'bearer' });
    const { key, token } = await store.create({ name: 'ris', scopes: ['read'], expiresAt: inAYear() }, 'me');
    expect(token).toMatch(new RegExp(`^sgk_${key.id}_[\\w-]{43}$`));
    expect((await ask(token)).status).toBe(500);
    const { rows } = await ledger.database.query('SELECT api_key::text AS row FROM spinegrade.api_key');
    expect(JSON.stringify(rows)).not.toContain(token.split('_').at(-1));
    await store.revoke('ris', 'me');
    now += 2_001;
    expect((await ask(token)).status).toBe(401);
    expect(await store.list()).toMatchObject([{ name: 'ris', revokedAt: expect.any(Date) }]);
  });

  test('opens nothing once it has expired', async () => {
    const store = apiKeyStore(ledger.database);
    const expiresAt = new Date(Date.now() + 60_000);
    const { token } = await store.create({ name: 'soon', scopes: ['read'], expiresAt }, 'me');
    let now = expiresAt.getTime() - 1;
    const { app } = guardedApi({
      authenticate: [
        keyRing(
          store.valid,
          () => [],
          () => now,
        ),
      ],
    });
    const ask = () => request(app).get(READ.path).auth(token, { type: 'bearer' });
    expect((await ask()).status).toBe(500);
    now += 1;
    expect((await ask()).status).toBe(401);
  });

  test('has a name that no other valid key has', async () => {
    const store = apiKeyStore(ledger.database);
    const key = { name: 'twice', scopes: ['read'] as const, expiresAt: null };
    await store.create(key, 'me');
    await expect(store.create(key, 'me')).rejects.toThrow(/twice already/);
    await store.revoke('twice', 'me');
    await store.create(key, 'me');
    await expect(store.revoke('never', 'me')).rejects.toThrow(/no key named never/);
  });
});

describe('without authentication, on loopback', () => {
  const { app } = guardedApi({ localOnly: true });
  const analyze = '/studies/2.25.4711/analyze';

  test.each(['localhost', 'localhost:8080', '127.0.0.1:1', '[::1]:8080', 'api.localhost', 'LOCALHOST'])(
    '%s is answered',
    async (host) => {
      expect((await request(app).get('/healthz').set('Host', host)).status).toBe(200);
    },
  );

  test.each([
    'evil.example',
    'evil.example:8080',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.1',
    '@',
  ])('%s, whoever it is resolved to, is not', async (host) => {
    for (const path of ['/healthz', '/metrics', READ.path]) {
      const answer = await request(app).get(path).set('Host', host);
      expect([answer.status, answer.body.type]).toEqual([421, 'urn:spinegrade:problem:misdirected']);
    }
    check(['/healthz', 'get'], await request(app).get('/healthz').set('Host', host));
  });

  test('a page of another site cannot have a study analysed', async () => {
    for (const origin of ['https://evil.example', 'null', 'http://localhost.evil.example']) {
      const answer = await request(app).post(analyze).set('Origin', origin);
      check(['/studies/{studyInstanceUid}/analyze', 'post'], answer);
      expect(answer.status).toBe(403);
    }
    expect((await request(app).post(analyze).set('Origin', 'http://localhost:8080')).status).toBe(500);
  });
});
