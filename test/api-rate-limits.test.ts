import request from 'supertest';
import { expect, test } from 'vitest';
import { keyRing } from '../src/http/guard/key-ring.ts';
import { contractChecker } from './support/contract-check.ts';
import { guardedApi } from './support/guarded-api.ts';

const check = contractChecker();
const ROUTE = ['/studies/{studyInstanceUid}/analyses', 'get'] as const;
const ANALYSES = '/studies/2.25.4711/analyses';
const KEYS = ['a', 'b'].map((name) => ({ name, scopes: ['read'] as const, token: name.repeat(40) }));
const authenticate = [
  keyRing(
    async () => new Map(),
    () => KEYS,
  ),
];

test('one address asks as often as it may, says what is left, and is told when it may ask again', async () => {
  const { app } = guardedApi({ limits: { perAddress: 3, perKey: null } });
  const ask = () => request(app).get(ANALYSES);
  for (const left of [2, 1, 0]) {
    const answer = await ask();
    expect(answer.status).toBe(500);
    expect(answer.get('RateLimit')).toMatch(new RegExp(`^"address"; r=${left}; t=\\d+$`));
    expect(answer.get('RateLimit-Policy')).toMatch(/^"address"; q=3; w=60; pk=:[\w+/=]+:$/);
  }
  const refused = await ask();
  check(ROUTE, refused);
  expect([refused.status, refused.body.type]).toEqual([429, 'urn:spinegrade:problem:too-many-requests']);
  expect(Number(refused.get('Retry-After'))).toBeGreaterThan(0);
  expect(Number(refused.get('Retry-After'))).toBeLessThanOrEqual(60);
  // Orchestration is answered all the same.
  expect((await request(app).get('/healthz')).status).toBe(200);
});

test('one key asks as often as it may, from wherever; others are not touched by it', async () => {
  const { app } = guardedApi({ authenticate, limits: { perAddress: null, perKey: 2 } });
  const ask = async (token: string) => {
    const answer = await request(app).get(ANALYSES).auth(token, { type: 'bearer' });
    check(ROUTE, answer);
    return answer.status;
  };
  const [a, b] = KEYS.map(({ token }) => token);
  expect([await ask(a!), await ask(a!), await ask(a!), await ask(b!)]).toEqual([500, 500, 429, 500]);
});

test('guessing keys is limited by address', async () => {
  const { app } = guardedApi({ authenticate, limits: { perAddress: 2, perKey: 9 } });
  const ask = async () => (await request(app).get(ANALYSES).auth('x'.repeat(40), { type: 'bearer' })).status;
  expect([await ask(), await ask(), await ask()]).toEqual([401, 401, 429]);
});

test('where a request comes from is what a trusted proxy says, and nobody else', async () => {
  const limits = { perAddress: 1, perKey: null };
  const ask = async (app: Parameters<typeof request>[0], address: string) =>
    (await request(app).get(ANALYSES).set('X-Forwarded-For', address)).status;
  const trusting = guardedApi({ limits, trustedProxies: ['127.0.0.1', '::ffff:127.0.0.1', '::1'] }).app;
  expect([await ask(trusting, '192.0.2.1'), await ask(trusting, '192.0.2.2')]).toEqual([500, 500]);
  expect(await ask(trusting, '192.0.2.1')).toBe(429);
  const other = guardedApi({ limits }).app;
  expect([await ask(other, '192.0.2.1'), await ask(other, '192.0.2.2')]).toEqual([500, 429]);
});
