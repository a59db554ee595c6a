import { exportJWK, exportSPKI, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issuedTokens, type TokenRules } from '../src/http/guard/issued-tokens.ts';
import { contractChecker } from './support/contract-check.ts';
import { guardedApi } from './support/guarded-api.ts';
import { startIdentityProvider } from './support/identity-provider.ts';

const check = contractChecker();
const ROUTE = '/studies/{studyInstanceUid}/analyses';
const ANALYSES = '/studies/2.25.4711/analyses';

type Provider = Awaited<ReturnType<typeof startIdentityProvider>>;
let provider: Provider;
let first: Awaited<ReturnType<Provider['addKey']>>;
beforeAll(async () => {
  provider = await startIdentityProvider();
  first = await provider.addKey('first');
});
afterAll(() => provider.close());

/** An API that takes tokens of the provider, with a clock of its own; `rules` add to and replace. */
function api(rules: Partial<TokenRules> = {}) {
  const clock = { nowMs: Date.now() };
  const faults: unknown[] = [];
  const all: TokenRules = {
    issuer: provider.at.issuer,
    audience: 'spinegrade',
    jwksUrl: null,
    algorithms: ['RS256', 'ES256'],
    clockSkewMs: 30_000,
    claim: ['scope'],
    values: { read: ['read'], analyze: ['analyze'], admin: ['admin'] },
    ...rules,
  };
  const { app, lines } = guardedApi({
    authenticate: [
      issuedTokens(
        all,
        (fault) => faults.push(fault),
        () => clock.nowMs,
      ),
    ],
  });
  const ask = async (token: string) => {
    const answer = await request(app).get(ANALYSES).auth(token, { type: 'bearer' });
    check([ROUTE, 'get'], answer);
    return answer;
  };
  return { clock, faults, lines, ask, status: async (token: string) => (await ask(token)).status };
}

/** Behind the guard every handler of this API fails. */
const LET_IN = 500;
const seconds = (ms: number) => Math.floor(ms / 1000);
const claims = (more: Readonly<Record<string, unknown>> = {}): JWTPayload => ({
  iss: provider.at.issuer,
  aud: 'spinegrade',
  sub: 'f3b1',
  exp: seconds(Date.now()) + 300,
  scope: 'openid read',
  ...more,
});
const token = (more: Readonly<Record<string, unknown>> = {}) =>
  provider.sign(first, { alg: 'RS256', kid: 'first' }, claims(more));

test('a token of the provider opens what its scope says, and nothing else', async () => {
  const { status, ask } = api();
  expect(await status(await token())).toBe(LET_IN);
  expect(await status(await token({ aud: ['other', 'spinegrade'] }))).toBe(LET_IN);
  const other = await ask(await token({ scope: 'openid analyze admin' }));
  expect([other.status, other.get('WWW-Authenticate')]).toEqual([
    403,
    expect.stringContaining('scope="read"'),
  ]);
  for (const scope of [undefined, '', 'reader', ['Read'], { read: true }, 7]) {
    expect(await status(await token({ scope }))).toBe(403);
  }
});

test('another claim may say it, within others, as a list, by other words', async () => {
  const values = { read: ['radiology', 'it'], analyze: ['radiology'], admin: ['it'] };
  const { status } = api({ claim: ['realm_access', 'roles'], values });
  expect(await status(await token({ realm_access: { roles: ['staff', 'it'] } }))).toBe(LET_IN);
  expect(await status(await token({ realm_access: { roles: ['staff'] }, scope: 'read' }))).toBe(403);
  expect(await status(await token({ realm_access: 'it' }))).toBe(403);
});

describe('a token that is refused, without a word of it', () => {
  const second = () => seconds(Date.now());
  const cases: readonly (readonly [string, () => Promise<string> | string])[] = [
    ['of another audience', () => token({ aud: 'billing' })],
    ['of no audience', () => token({ aud: undefined })],
    ['of another issuer', () => token({ iss: 'https://evil.example' })],
    ['that has expired', () => token({ exp: second() - 40 })],
    ['that never expires', () => token({ exp: undefined })],
    ['that is not valid yet', () => token({ nbf: second() + 60 })],
    ['of nobody', () => token({ sub: undefined })],
    ['that is not signed', () => new UnsecuredJWT(claims()).encode()],
    ['with its payload changed', async () => changed(await token({ scope: 'analyze' }))],
    ['without a signature', async () => (await token()).replace(/[^.]+$/, '')],
    ['signed with the public key as a shared secret', sharedSecret],
    [
      'of an algorithm that is not listed',
      async () => provider.sign(await provider.addKey('ps', 'PS256'), { alg: 'PS256', kid: 'ps' }, claims()),
    ],
    [
      'of another key under a known name',
      async () => {
        const { generateKeyPair } = await import('jose');
        return provider.sign(await generateKeyPair('RS256'), { alg: 'RS256', kid: 'first' }, claims());
      },
    ],
    [
      'that brings its key',
      async () => {
        const { generateKeyPair } = await import('jose');
        const own = await generateKeyPair('RS256', { extractable: true });
        const jwk = await exportJWK(own.publicKey);
        return provider.sign(own, { alg: 'RS256', jwk: jwk as { kty: string } }, claims());
      },
    ],
    [
      'with an extension that must be understood',
      async () =>
        new SignJWT(claims())
          .setProtectedHeader({ alg: 'RS256', kid: 'first', crit: ['b64'], b64: true })
          .sign(first.privateKey)
          .then((signed) =>
            signed.replace(
              /^[^.]+/,
              Buffer.from('{"alg":"RS256","kid":"first","crit":["x"],"x":1}').toString('base64url'),
            ),
          ),
    ],
    ['that is three words', () => 'a.b.c'],
    ['whose parts are no JSON', () => 'YWJj.YWJj.YWJj'],
  ];
  test.each(cases)('%s', async (_, made) => {
    const { ask, lines } = api();
    const text = await made();
    const answer = await ask(text);
    expect(answer.status).toBe(401);
    expect(answer.get('WWW-Authenticate')).toContain('error="invalid_token"');
    const part = text.split('.')[1]!;
    if (part.length > 20) expect(answer.text + JSON.stringify(lines)).not.toContain(part.slice(0, 20));
  });

  async function sharedSecret() {
    const secret = new TextEncoder().encode(await exportSPKI(first.publicKey));
    return new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: 'first' }).sign(secret);
  }
  function changed(signed: string) {
    const [header, , signature] = signed.split('.');
    return [header, Buffer.from(JSON.stringify(claims())).toString('base64url'), signature].join('.');
  }
});

test('clocks may differ by as much as is configured', async () => {
  const { status } = api();
  const now = seconds(Date.now());
  expect(await status(await token({ exp: now - 20, nbf: now + 20 }))).toBe(LET_IN);
  const strict = api({ clockSkewMs: 0 });
  expect(await strict.status(await token({ exp: now - 20 }))).toBe(401);
});

describe('keys', () => {
  test('that are rotated are found, and those taken back open nothing ten minutes later', async () => {
    const { status, clock } = api();
    expect(await status(await token())).toBe(LET_IN);
    const next = await provider.addKey('next', 'ES256');
    const exp = seconds(clock.nowMs) + 3_600;
    const signed = await provider.sign(next, { alg: 'ES256', kid: 'next' }, claims({ exp }));
    clock.nowMs += 15_000;
    expect(await status(signed)).toBe(LET_IN);
    provider.keys.delete('next');
    clock.nowMs += 600_000;
    expect(await status(signed)).toBe(401);
  });

  test('that are not known are asked for seldom, however many tokens name some', async () => {
    const { status } = api();
    await status(await token());
    const before = provider.at.asked;
    for (let nth = 0; nth < 20; nth += 1) {
      expect(await status(await provider.sign(first, { alg: 'RS256', kid: `k${nth}` }, claims()))).toBe(401);
    }
    expect(provider.at.asked).toBe(before);
  });

  test('hold for a day while the provider is away; then, and before any were had, it is no verdict', async () => {
    const { status, ask, clock } = api();
    const exp = seconds(clock.nowMs) + 3 * 86_400;
    const long = await token({ exp });
    expect(await status(long)).toBe(LET_IN);
    provider.at.away = true;
    try {
      clock.nowMs += 23 * 3_600_000;
      expect(await status(long)).toBe(LET_IN);
      clock.nowMs += 2 * 3_600_000;
      for (const away of [await ask(long), await api().ask(await token())]) {
        expect(away.status).toBe(503);
        expect(away.body.type).toBe('urn:spinegrade:problem:identity-provider-away');
        expect(Number(away.get('Retry-After'))).toBeGreaterThan(0);
      }
    } finally {
      provider.at.away = false;
    }
    clock.nowMs += 15_000;
    expect(await status(long)).toBe(LET_IN);
  });

  test('of a configuration that another issuer signed with its name are not taken', async () => {
    provider.at.claimed = 'https://evil.example';
    try {
      const { status, faults } = api();
      expect(await status(await token())).toBe(503);
      expect(String(faults[0])).toContain('not of this issuer');
    } finally {
      provider.at.claimed = null;
    }
    const named = api({ jwksUrl: `${provider.at.issuer}/keys` });
    expect(await named.status(await token())).toBe(LET_IN);
  });
});
