import { createHash } from 'node:crypto';
import request, { type Response } from 'supertest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { issuedTokens } from '../src/http/guard/issued-tokens.ts';
import { providerSignIn } from '../src/http/guard/provider-sign-in.ts';
import { sessionStore } from '../src/http/guard/session-store.ts';
import { guardedApi } from './support/guarded-api.ts';
import { startIdentityProvider } from './support/identity-provider.ts';
import { ledgerForTests } from './support/ledger-for-tests.ts';

const HERE = 'http://127.0.0.1:8080';
const CALLBACK = '/page/oidc/callback';
const ledger = ledgerForTests('embedded');
let provider: Awaited<ReturnType<typeof startIdentityProvider>>;
let pair: Awaited<ReturnType<typeof provider.addKey>>;
const faults: unknown[] = [];
beforeAll(async () => {
  provider = await startIdentityProvider();
  pair = await provider.addKey('one');
});
afterAll(() => provider.close());

function site() {
  const rules = {
    ...{
      issuer: provider.at.issuer,
      jwksUrl: null,
      audience: 'spinegrade',
      algorithms: ['RS256'],
      clockSkewMs: 0,
    },
    ...{ claim: ['groups'], values: { read: ['radiology'], analyze: ['radiology-admins'], admin: [] } },
  };
  const byToken = issuedTokens(rules, (fault) => faults.push(fault));
  const client = {
    clientId: 'page',
    clientSecret: () => 'sh',
    redirectUrl: `${HERE}${CALLBACK}`,
    askedFor: 'openid',
  };
  const byProvider = providerSignIn(client, rules, byToken, (fault) => faults.push(fault));
  const sessions = sessionStore(ledger.database, { lifetimeMs: 60_000, holder: null });
  return guardedApi({ authenticate: [byToken], signIn: { sessions, byKey: null, byProvider } });
}

const cookies = (answer: Response) => (answer.get('Set-Cookie') ?? []).map((each) => each.split(';')[0]!);
/** The form that begins it; where it leads to, and what the browser keeps. */
async function begun(app: ReturnType<typeof site>['app'], next = '/?state=failed') {
  const answer = await request(app)
    .post('/page/oidc')
    .type('form')
    .set('Sec-Fetch-Site', 'same-origin')
    .send({ next });
  expect(answer.status).toBe(200);
  const to = new URL(/content="0;url=([^"]+)"/.exec(answer.text)![1]!.replaceAll('&amp;', '&'));
  return { to, cookie: cookies(answer)[0]!, set: answer.get('Set-Cookie')![0]! };
}
/** What the provider does once somebody has signed in there: a code, good once, and the tokens for it. */
function letIn(to: URL, claims: object = {}, access: string | null = null): string {
  const code = `code-${Math.random()}`;
  provider.codes.set(code, async (asked) => {
    const challenge = createHash('sha256')
      .update(asked.get('code_verifier') ?? '')
      .digest('base64url');
    if (challenge !== to.searchParams.get('code_challenge') || asked.get('client_secret') !== 'sh')
      return null;
    const now = Math.floor(Date.now() / 1000);
    const payload = {
      ...{
        iss: provider.at.issuer,
        aud: 'page',
        sub: 'u-1',
        iat: now,
        exp: now + 60,
        nonce: to.searchParams.get('nonce'),
      },
      ...{ preferred_username: 'dr.rad', groups: ['radiology'] },
      ...claims,
    };
    const idToken = await provider.sign(pair, { alg: 'RS256', kid: 'one' }, payload);
    return { access_token: access ?? 'opaque', token_type: 'Bearer', id_token: idToken };
  });
  return `${CALLBACK}?${new URLSearchParams({ code, state: to.searchParams.get('state')! })}`;
}

test('who signs in at the provider is let in, by what it says of them', async () => {
  const { app } = site();
  const asked = await request(app).get('/');
  expect([asked.status, asked.text.includes('Sign in with your organisation')]).toEqual([401, true]);
  const { to, cookie, set } = await begun(app);
  expect(set).toMatch(
    /^spinegrade-sign-in=[\w-]+; Max-Age=600; Path=\/page\/oidc; Expires=[^;]+; HttpOnly; SameSite=Lax$/,
  );
  expect(Object.fromEntries(to.searchParams)).toMatchObject({
    ...{ client_id: 'page', response_type: 'code', redirect_uri: `${HERE}${CALLBACK}`, scope: 'openid' },
    code_challenge_method: 'S256',
  });
  const back = await request(app).get(letIn(to)).set('Cookie', cookie);
  expect(back.status).toBe(200);
  expect(back.text).toContain('content="0;url=/?state=failed"');
  const session = cookies(back).find((each) => each.startsWith('spinegrade-session='))!;
  expect(back.get('Set-Cookie')!.join()).toMatch(
    /spinegrade-session=[^;]+;[^,]*, [^;]+; HttpOnly; SameSite=Strict/,
  );
  // It may read: what refuses everything here is behind it.
  expect((await request(app).get('/stats').set('Cookie', session)).status).toBe(500);
  const steer = request(app).post('/page/analyses/6b1f9a52-7a52-4a55-9a4c-0f6a3c1d2e4f/retry').type('form');
  expect((await steer.set('Sec-Fetch-Site', 'same-origin').set('Cookie', session)).status).toBe(403);
});

test('an access token for this service says it in place of the ID token', async () => {
  const { app } = site();
  const { to, cookie } = await begun(app);
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: provider.at.issuer,
    aud: 'spinegrade',
    sub: 'u-1',
    exp: now + 60,
    groups: ['radiology-admins'],
  };
  const access = await provider.sign(pair, { alg: 'RS256', kid: 'one' }, claims);
  const back = await request(app)
    .get(letIn(to, {}, access))
    .set('Cookie', cookie);
  const session = cookies(back).find((each) => each.startsWith('spinegrade-session='))!;
  expect((await request(app).get('/stats').set('Cookie', session)).status).toBe(403);
});

test.each([
  ['no cookie: begun in another browser', (_: URL, url: string) => [url, ''] as const],
  [
    'another state',
    (_: URL, url: string, cookie: string) => [url.replace(/state=[^&]+/, 'state=x'), cookie] as const,
  ],
  ['no code', (_: URL, url: string, cookie: string) => [url.replace(/code=[^&]+&/, ''), cookie] as const],
  [
    'a code that nobody gave',
    (_: URL, url: string, cookie: string) => [url.replace(/code=[^&]+/, 'code=x'), cookie] as const,
  ],
  ['a broken cookie', (_: URL, url: string) => [url, 'spinegrade-sign-in=e30'] as const],
])('%s: lets nobody in', async (_, change) => {
  const { app } = site();
  const { to, cookie } = await begun(app);
  const [url, sent] = change(to, letIn(to), cookie);
  const answer = await request(app).get(url).set('Cookie', sent);
  expect(answer.status).toBe(401);
  expect(answer.text).toContain('Sign in with your organisation');
  expect(cookies(answer).join()).not.toContain('spinegrade-session');
});

test.each([
  ['another nonce', { nonce: 'x' }],
  ['another audience', { aud: 'other' }],
  ['another issuer', { iss: 'https://evil.example' }],
  ['one that has expired', { exp: 1 }],
])('an ID token with %s: lets nobody in', async (_, claims) => {
  const { app } = site();
  const { to, cookie } = await begun(app);
  expect((await request(app).get(letIn(to, claims)).set('Cookie', cookie)).status).toBe(401);
});

test('a verifier of another browser does not do', async () => {
  const { app } = site();
  const { to } = await begun(app);
  const other = await begun(app);
  const url = letIn(to).replace(/state=[^&]+/, `state=${other.to.searchParams.get('state')}`);
  expect((await request(app).get(url).set('Cookie', other.cookie)).status).toBe(401);
});

test('while the provider is away, that is said', async () => {
  const { app } = site();
  provider.at.away = true;
  const answer = await request(app)
    .post('/page/oidc')
    .type('form')
    .set('Sec-Fetch-Site', 'same-origin')
    .send({});
  expect(answer.status).toBe(503);
  expect(answer.text).toContain('<code>identity-provider-away</code>');
  provider.at.away = false;
  await begun(app);
});

test('a session ends with its time', async () => {
  const { app } = site();
  const { to, cookie } = await begun(app);
  const back = await request(app).get(letIn(to)).set('Cookie', cookie);
  const session = cookies(back).find((each) => each.startsWith('spinegrade-session='))!;
  await ledger.database.query(`UPDATE spinegrade.session SET ends_at = now()`);
  expect((await request(app).get('/stats').set('Cookie', session)).status).toBe(401);
});
