import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { SCOPES } from '../src/domain/scope.ts';
import { OPEN_ACCESS } from '../src/http/guard/access.ts';
import { keyRing } from '../src/http/guard/key-ring.ts';
import { pageRoutes } from '../src/http/page/page-routes.ts';
import { databaseTurns } from '../src/http/requests/database-turns.ts';
import { apiForEachTest } from './support/api-for-each-test.ts';
import { guardedApi, operationsOfContract } from './support/guarded-api.ts';
import { refusingParts } from './support/refusing-parts.ts';

const nobody = async () => {
  throw new Error('nobody asks');
};
const signIn = {
  sessions: { open: nobody, find: async () => null, end: nobody },
  byKey: async () => null,
  byProvider: { begin: nobody, finish: nobody },
};
const routes = pageRoutes({ ...refusingParts(), access: { ...OPEN_ACCESS, signIn }, turn: databaseTurns() });
const ID = '6b1f9a52-7a52-4a55-9a4c-0f6a3c1d2e4f';
const pathOf = (path: string) => path.replace(':id', ID).replace(':name', 'page.css');
const OPEN = [
  'page.askWho',
  'page.signIn',
  'page.signInAtProvider',
  'page.signedInAtProvider',
  'page.signOut',
];
const OF_NOBODY = [...OPEN, 'page.docs', 'page.asset'];

/** The pages with a key for each choice of scopes. */
function pagesWithKeys() {
  const listed = SCOPES.map((scope) => ({ name: scope, scopes: [scope], token: scope.padEnd(40, '.') }));
  const authenticate = [
    keyRing(
      async () => new Map(),
      () => listed,
    ),
  ];
  return { ...guardedApi({ authenticate, signIn }), listed };
}

describe('a page', () => {
  const { app, listed } = pagesWithKeys();
  const closed = routes.filter(({ permission }) => permission !== 'none');

  test('is open to everybody only where it asks who is there, or shows nothing of the work', () => {
    const open = routes
      .filter(({ permission }) => permission === 'none')
      .map(({ operationId }) => operationId);
    expect(open.toSorted()).toEqual(OF_NOBODY.toSorted());
  });

  test('is no operation of the contract, and has no address of one', () => {
    const operations = operationsOfContract();
    for (const { operationId, path } of routes) {
      expect(operationId).toMatch(/^page\./);
      expect(operations.map(({ route }) => route)).not.toContain(path);
    }
  });

  test.each(closed)('$operationId shows nobody anything without a key', async ({ method, path }) => {
    const answer = await request(app)[method](pathOf(path));
    expect([answer.status, answer.type]).toEqual([401, 'text/html']);
    expect(answer.text).toContain('API key');
  });

  test.each(closed)(
    '$operationId is for who has its scope and no other',
    async ({ method, path, permission }) => {
      for (const { name, token } of listed) {
        const answer = await request(app)
          [method](pathOf(path))
          .set('Sec-Fetch-Site', 'same-origin')
          .auth(token, { type: 'bearer' });
        if (name === permission) expect(answer.status).not.toBeOneOf([401, 403]);
        else expect([name, answer.status]).toEqual([name, 403]);
      }
    },
  );

  test.each(routes)('$operationId may run nothing that is not served here', async ({ method, path }) => {
    const policy = (await request(app)[method](pathOf(path))).get('Content-Security-Policy') ?? '';
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'(?: data:)?;/,
    );
    expect(policy).toContain("form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
  });

  test.each(routes)('$operationId knows no other method', async ({ path }) => {
    const answer = await request(app).put(pathOf(path));
    expect([answer.status, answer.type]).toEqual([405, 'text/html']);
    expect(answer.get('Allow')).toMatch(/GET|POST/);
  });
});

describe('what no page has asked', () => {
  const site = apiForEachTest();
  const get = (path: string) => request(site.app).get(path);

  test.each([
    ['/?cursor=x', 400, 'cursor-unusable'],
    ['/?cursor=eyJ9', 400, 'cursor-unusable'],
    ['/?state=gone', 400, 'invalid-request'],
    ['/?state=failed&state=gone', 400, 'invalid-request'],
    ['/?code=no-such-code', 400, 'invalid-request'],
    ['/?priority=stat&priority=routine', 400, 'invalid-request'],
    ['/?studyInstanceUid=DOE%5EJANE', 400, 'invalid-request'],
    ['/?since=yesterday', 400, 'invalid-request'],
    ['/?since=2026-13-45T99:99', 400, 'invalid-request'],
    ['/?patient=DOE%5EJANE', 400, 'invalid-request'],
    ['/page/analyses/1', 404, 'not-found'],
    [`/page/analyses/${ID}`, 404, 'not-found'],
    [`/page/analyses/${ID}?level=L9/L10&condition=x`, 400, 'invalid-request'],
    [`/page/analyses/${ID}?patient=DOE`, 400, 'invalid-request'],
    ['/page/dead-letters?acknowledged=maybe', 400, 'invalid-request'],
    ['/page/dead-letters?cursor=x', 400, 'cursor-unusable'],
    ['/page/deliveries?state=lost', 400, 'invalid-request'],
    ['/page/deliveries?after=x', 400, 'cursor-unusable'],
    ['/page/assets/..%2Fpage-layout.ts', 404, 'not-found'],
    ['/page/assets/__proto__', 404, 'not-found'],
    ['/page/nowhere', 404, 'not-found'],
  ])('%s: %i, %s, in words', async (path, status, code) => {
    const answer = await get(path);
    expect([answer.status, answer.type]).toEqual([status, 'text/html']);
    expect(answer.text).toContain(`<code>${code}</code>`);
    expect(answer.text).not.toMatch(/DOE|JANE/);
  });

  test('a study whose UID has components with leading zeros, which devices write, is found', async () => {
    const { id } = await site.api.queue.submit('1.2.840.0113.007' as never, 'api');
    const { text } = await get('/?studyInstanceUid=1.2.840.0113.007');
    expect(text).toContain(`/page/analyses/${id}`);
  });

  test('a cursor of another filter, and one of the API', async () => {
    for (let nth = 0; nth < 51; nth += 1) await site.api.queue.submit(`2.25.77.${nth}` as never, 'api');
    const [, cursor] = /cursor=([\w-]+)"/.exec((await get('/')).text)!;
    expect((await get(`/?cursor=${cursor}`)).status).toBe(200);
    expect((await get(`/?state=queued&cursor=${cursor}`)).status).toBe(400);
    const { body } = await get('/analyses?limit=1');
    expect((await get(`/?cursor=${body.next}`)).status).toBe(400);
  });

  test('metrics and logs tell of pages by their declared path', async () => {
    await get(`/page/analyses/${ID}`);
    const { lines, registry } = site.api;
    await expect
      .poll(async () => await registry.metrics())
      .toContain('route="/page/analyses/:id",status="404"');
    expect(JSON.stringify(lines)).not.toContain(ID);
  });

  test('without authentication there is nobody to sign in, and everything can be steered', async () => {
    const { id } = await site.api.queue.submit('2.25.4711' as never, 'api');
    expect((await get('/page/sign-in')).status).toBe(404);
    expect((await get('/')).text).toContain(`action="/page/analyses/${id}/cancel"`);
    const answer = await request(site.app)
      .post(`/page/analyses/${id}/cancel`)
      .type('form')
      .set('Sec-Fetch-Site', 'same-origin');
    expect([answer.status, answer.get('Location')]).toEqual([303, '/?done=cancel']);
    const again = await request(site.app)
      .post(`/page/analyses/${id}/cancel`)
      .type('form')
      .set('Sec-Fetch-Site', 'same-origin');
    expect([again.status, again.text.includes('<code>analysis-final</code>')]).toEqual([409, true]);
    expect(site.api.audited.map(({ operation }) => operation)).toContain('page.cancel');
  });
});
