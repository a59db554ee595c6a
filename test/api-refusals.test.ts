import { randomUUID } from 'node:crypto';
import request from 'supertest';
import { expect, test } from 'vitest';
import { createApp } from '../src/http/app.ts';
import { apiForEachTest } from './support/api-for-each-test.ts';
import { contractChecker } from './support/contract-check.ts';
import { someStudy } from './support/ledger-sample.ts';
import { refusingParts } from './support/refusing-parts.ts';

const ANALYZE = ['/studies/{studyInstanceUid}/analyze', 'post'] as const;
const ANALYSES = ['/studies/{studyInstanceUid}/analyses', 'get'] as const;
const ANALYSIS = ['/analyses/{id}', 'get'] as const;
const check = contractChecker();
const site = apiForEachTest();

test.each(['1.0x2.3', 'abc', `1.${'2'.repeat(70)}`, '1..2', '1.2.', "1.2'; DROP TABLE analysis"])(
  'turns down the malformed UID %s without repeating it',
  async (text) => {
    const posted = await request(site.app).post(`/studies/${encodeURIComponent(text)}/analyze`);
    check(ANALYZE, posted);
    expect(posted.status).toBe(400);
    expect(posted.body).toMatchObject({ type: 'urn:spinegrade:problem:invalid-request', status: 400 });
    expect(posted.body.detail).toContain('params/studyInstanceUid must');
    expect(posted.text).not.toContain(text);
    const listed = await request(site.app).get(`/studies/${encodeURIComponent(text)}/analyses`);
    check(ANALYSES, listed);
    expect(listed.status).toBe(400);
  },
);

test('answers 404 for an unknown analysis, 400 for what is no id', async () => {
  const unknown = await request(site.app).get(`/analyses/${randomUUID()}`);
  check(ANALYSIS, unknown);
  expect(unknown.status).toBe(404);
  expect(unknown.body).toMatchObject({ type: 'urn:spinegrade:problem:not-found', title: 'Not found' });
  const malformed = await request(site.app).get('/analyses/7');
  check(ANALYSIS, malformed);
  expect(malformed.status).toBe(400);
});

test('answers every other mistake with a problem document too', async () => {
  const send = {
    'not-found': request(site.app).get('/wp-admin'),
    'method-not-allowed': request(site.app).put(`/analyses/${randomUUID()}`),
    'payload-too-large': request(site.app)
      .post(`/studies/${someStudy()}/analyze`)
      .send({ padding: 'x'.repeat(20_000) }),
    'invalid-request': request(site.app)
      .post(`/studies/${someStudy()}/analyze`)
      .set('Content-Type', 'application/json')
      .send('{"patient": "DOE^JANE"'),
  };
  const statuses = {
    'not-found': 404,
    'method-not-allowed': 405,
    'payload-too-large': 413,
    'invalid-request': 400,
  };
  for (const [kind, sent] of Object.entries(send)) {
    const answer = await sent;
    expect(answer.status, kind).toBe(statuses[kind as keyof typeof statuses]);
    expect(answer.type).toBe('application/problem+json');
    expect(answer.body).toEqual({
      type: `urn:spinegrade:problem:${kind}`,
      title: expect.any(String),
      status: answer.status,
      detail: expect.any(String),
      instance: expect.stringMatching(/^urn:uuid:/),
    });
    expect(answer.text).not.toContain('DOE');
    if (kind === 'method-not-allowed') expect(answer.get('Allow')).toBe('GET, HEAD, DELETE');
  }
  const unencoded = await request(site.app).get('/analyses/%zz');
  check(ANALYSIS, unencoded);
  expect(unencoded.status).toBe(400);
});

test('hides a fault of its own behind an instance that the log knows', async () => {
  const broken = {
    ...site.api.queue,
    find: () => Promise.reject(new Error('relation of DOE^JANE does not exist')),
  };
  const { events, registry, lines } = site.api;
  const faulty = createApp({ ...refusingParts(), queue: broken, registry, events });
  const answer = await request(faulty).get(`/analyses/${randomUUID()}`);
  check(ANALYSIS, answer);
  expect(answer.status).toBe(500);
  expect(answer.text).not.toContain('DOE');
  expect(lines).toContainEqual(
    expect.objectContaining({ event: 'http-fault', instance: answer.body.instance }),
  );
});
