import request, { type Response } from 'supertest';
import { describe, expect, test } from 'vitest';
import { apiKeyStore } from '../src/http/guard/api-key-store.ts';
import { LISTED, pageBench } from './support/page-bench.ts';
import { until } from './support/service-client.ts';

/** The other pages' tests have the embedded database. */
const bench = pageBench('keys', {}, 'postgresql');
const [READER, OPERATOR, ASKER] = LISTED as unknown as [
  { token: string },
  { token: string },
  { token: string },
];

/** As the form of the page sends it. */
const send = (path: string, fields: Record<string, string> = {}, cookie = '') =>
  request(bench.url)
    .post(path)
    .type('form')
    .set('Origin', bench.url)
    .set('Sec-Fetch-Site', 'same-origin')
    .set('Cookie', cookie)
    .send(fields)
    .redirects(0);
const get = (path: string, cookie = '') => request(bench.url).get(path).set('Cookie', cookie).redirects(0);
const cookieOf = (answer: Response) => answer.get('Set-Cookie')?.[0]?.split(';')[0] ?? '';
const signedIn = async ({ token }: { token: string }) =>
  cookieOf(await send('/page/sign-in', { key: token }));
const sessions = async () => (await bench.database.query('SELECT * FROM spinegrade.session')).rows;

describe('signing in by key', () => {
  test('leads to where one wanted to go, by a cookie that no script and no other site has', async () => {
    const answer = await send('/page/sign-in', { key: READER.token, next: '/?state=failed' });
    expect([answer.status, answer.get('Location')]).toEqual([303, '/?state=failed']);
    const [cookie] = answer.get('Set-Cookie')!;
    expect(cookie).toMatch(
      /^spinegrade-session=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
    );
    const shown = await get('/', cookieOf(answer));
    expect(shown.status).toBe(200);
    expect(shown.text).toContain('reader');
    expect(JSON.stringify(await sessions())).not.toContain(cookieOf(answer).split('=')[1]);
  });

  test.each([
    ['another key', 'x'.repeat(40)],
    ['half a key', READER.token.slice(0, 20)],
    ['nothing', ''],
    ['markup', '"><script>alert(1)</script>'],
  ])('%s is told so, and opens nothing', async (_, key) => {
    const before = await sessions();
    const answer = await send('/page/sign-in', { key });
    expect([answer.status, answer.get('Set-Cookie')]).toEqual([401, undefined]);
    expect(answer.text).toContain('<code>unauthenticated</code>');
    if (key !== '') expect(answer.text).not.toContain(key);
    expect(await sessions()).toEqual(before);
  });

  test.each(['//evil.example/', '/\\evil.example', 'https://evil.example/', 'javascript:alert(1)', ''])(
    'goes to no other site: %s',
    async (next) => {
      expect((await send('/page/sign-in', { key: READER.token, next })).get('Location')).toBe('/');
    },
  );

  test('who has not signed in is asked to, and nobody is told anything else', async () => {
    const answer = await get('/');
    expect(answer.status).toBe(401);
    expect(answer.text).toContain('<label for="key">');
    expect(answer.text).not.toContain('class="notice');
  });

  test('a link from another site is followed once more from here, where the cookie is sent', async () => {
    const link = get('/?state=failed').set('Sec-Fetch-Site', 'cross-site').set('Sec-Fetch-Mode', 'navigate');
    expect((await link).text).toContain('content="0;url=/?state=failed"');
  });
});

describe('a session', () => {
  test('ends with signing out, here and at the API', async () => {
    const cookie = await signedIn(READER);
    expect((await get('/analyses', cookie)).status).toBe(200);
    const out = await send('/page/sign-out', {}, cookie);
    expect([out.status, cookieOf(out)]).toEqual([303, 'spinegrade-session=']);
    expect((await get('/', cookie)).status).toBe(401);
    expect((await get('/analyses', cookie)).body.type).toBe('urn:spinegrade:problem:unauthenticated');
  });

  test('ends with its time', async () => {
    const cookie = await signedIn(READER);
    await bench.database.query(`UPDATE spinegrade.session SET ends_at = now()`);
    const answer = await get('/', cookie);
    expect(answer.status).toBe(401);
    expect(answer.text).toContain('The session has ended: sign in again.');
  });

  test('ends with its key', async () => {
    const store = apiKeyStore(bench.database);
    const { token } = await store.create({ name: 'guest', scopes: ['read'], expiresAt: null }, 'me');
    bench.at.nowMs += 2_001;
    const cookie = await signedIn({ token });
    expect((await get('/', cookie)).text).toContain('guest');
    await store.revoke('guest', 'me');
    bench.at.nowMs += 2_001;
    expect((await get('/', cookie)).status).toBe(401);
    expect((await get('/analyses', cookie)).status).toBe(401);
  });

  test('does at the API what reads, and nothing else', async () => {
    const cookie = await signedIn(OPERATOR);
    expect((await get('/stats', cookie)).status).toBe(200);
    expect((await request(bench.url).head('/stats').set('Cookie', cookie)).status).toBe(200);
    const asked = await request(bench.url).post('/studies/2.25.4711/analyze').set('Cookie', cookie);
    expect(asked.status).toBe(401);
  });

  test('may what its key may', async () => {
    const answer = await get('/', await signedIn(ASKER));
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('This needs the scope read.');
    const id = '6b1f9a52-7a52-4a55-9a4c-0f6a3c1d2e4f';
    const retried = await send(`/page/analyses/${id}/retry`, {}, await signedIn(READER));
    expect([retried.status, retried.text.includes('<code>forbidden</code>')]).toEqual([403, true]);
  });

  test.each(['spinegrade-session=short', `spinegrade-session=${'a'.repeat(43)}`, 'other=1', '=;;='])(
    'a cookie of nobody: %s',
    async (cookie) => {
      expect((await get('/', cookie)).status).toBe(401);
      expect((await get('/analyses', cookie)).status).toBe(401);
    },
  );
});

describe('a form that no page of this service sent', () => {
  test.each([
    ['another site', { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }],
    ['another site that hides', { Origin: 'null' }],
    ['a neighbour', { Origin: 'https://other.hospital.example', 'Sec-Fetch-Site': 'same-site' }],
    ['nobody says where from', {}],
    ['a forged site', { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'same-origin' }],
  ])('%s: changes nothing', async (_, headers: Record<string, string>) => {
    const cookie = await signedIn(OPERATOR);
    const before = await sessions();
    for (const path of ['/page/sign-in', '/page/sign-out', '/page/deliveries/0/replay']) {
      const answer = await request(bench.url)
        .post(path)
        .type('form')
        .set(headers)
        .set('Cookie', cookie)
        .send({ key: READER.token });
      expect([path, answer.status]).toEqual([path, 403]);
      expect(answer.text).toContain('<code>forbidden</code>');
    }
    expect(await sessions()).toEqual(before);
  });

  test.each([
    ['application/json', '{}', 415],
    ['text/plain', 'key=1', 415],
    ['application/x-www-form-urlencoded', `key=${'x'.repeat(20_000)}`, 413],
  ])('a body that is no form of ours: %s', async (type, body, status) => {
    const answer = await request(bench.url)
      .post('/page/sign-in')
      .set('Origin', bench.url)
      .type(type)
      .send(body);
    expect(answer.status).toBe(status);
    expect(answer.get('Content-Type')).toMatch(/^text\/html/);
  });
});

test('the audit log tells of signing in, of what did not do, and of signing out', async () => {
  const { audited } = bench.api;
  // Requests of the tests before that were turned down for their bodies may be told of late.
  const told = () => audited.slice(before).filter(({ status }) => status === 303 || status === 401);
  const before = audited.length;
  const cookie = await signedIn(READER);
  await send('/page/sign-in', { key: 'x'.repeat(40) });
  await send('/page/sign-out', {}, cookie);
  await until('three entries', async () => told().length === 3);
  expect(told().map(({ operation, status }) => [operation, status])).toEqual([
    ['page.signIn', 303],
    ['page.signIn', 401],
    ['page.signOut', 303],
  ]);
  expect(told().map(({ EventIdentification: { EventTypeCode: code } }) => code?.originalText)).toEqual([
    'Login',
    'Login',
    'Logout',
  ]);
  expect(told().map(({ ActiveParticipant: [who] }) => who.UserID)).toEqual([
    'key:reader',
    'anyone',
    'key:reader',
  ]);
  expect(JSON.stringify(audited)).not.toMatch(/rrrr|xxxx/);
});
