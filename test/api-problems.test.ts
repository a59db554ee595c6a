import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { CATALOGUE, type CatalogueEntry } from '../src/domain/catalogue.ts';
import { Fault, type FaultCode } from '../src/domain/fault.ts';
import { createApp } from '../src/http/app.ts';
import { contractChecker } from './support/contract-check.ts';
import { recordingEvents } from './support/ledger-events.ts';
import { someStudy } from './support/ledger-sample.ts';
import { refusingParts } from './support/refusing-parts.ts';

const check = contractChecker();
const PATIENT = 'DOE^JANE';

/** The API before a queue in which everything fails, and what it logs. */
function failingApi() {
  let thrown: unknown;
  const { events, registry, lines } = recordingEvents();
  const app = createApp({ ...refusingParts(() => thrown), registry, events });
  return {
    app,
    /** What a client is told where a handler throws this, and what is logged then. */
    async answerTo(error: unknown) {
      thrown = error;
      const before = lines.length;
      const answer = await request(app).post(`/studies/${someStudy()}/analyze`);
      expect(answer.type).toBe('application/problem+json');
      expect(answer.text).not.toContain(PATIENT);
      const logged = (event: string) => lines.slice(before).filter((line) => line['event'] === event);
      return { answer, faults: logged('http-fault'), turnedDown: logged('http-turned-down') };
    },
    lines,
  };
}

const { app, answerTo, lines } = failingApi();

/** Whatever the types say of where a code may stand. */
const faultWith = (code: string) => new Fault(code as FaultCode, PATIENT);

describe('an error with a code of the catalogue', () => {
  const told = Object.entries<CatalogueEntry>(CATALOGUE).flatMap(([code, { problem, meaning }]) =>
    problem === undefined ? [] : [{ code, meaning, ...problem }],
  );
  test.each(told)('$code is told with $status', async ({ code, status, title, meaning }) => {
    const error = faultWith(code);
    const { answer, faults, turnedDown } = await answerTo(error);
    expect(answer.body).toEqual({
      type: `urn:spinegrade:problem:${code}`,
      title,
      status,
      detail: meaning,
      instance: expect.stringMatching(/^urn:uuid:/),
    });
    expect(answer.status).toBe(status);
    expect(answer.get('Retry-After')).toBe(status === 503 ? '10' : undefined);
    expect(faults).toHaveLength(status === 500 ? 1 : 0);
    expect(turnedDown).toHaveLength(status === 503 ? 1 : 0);
  });

  const untold = Object.entries<CatalogueEntry>(CATALOGUE).filter(([, { problem }]) => problem === undefined);
  test.each(untold)('%s, which no client is to be told, is a fault of ours', async (code) => {
    // The status is another system's answer to us.
    const { answer, faults } = await answerTo(Object.assign(faultWith(code), { status: 404 }));
    expect([answer.status, answer.body.type]).toEqual([500, 'urn:spinegrade:problem:internal']);
    expect(faults).toHaveLength(1);
  });
});

describe('an error with a status alone', () => {
  const refused = [
    400, 401, 403, 404, 405, 406, 408, 409, 412, 413, 415, 416, 417, 418, 422, 428, 429, 431, 451, 499,
  ];
  test.each(refused)('%i passes through, and is no fault of ours', async (status) => {
    const headers = { 'WWW-Authenticate': 'Bearer', 'X-Secret': undefined };
    const { answer, faults } = await answerTo(Object.assign(new Error(PATIENT), { status, headers }));
    expect([answer.status, answer.body.status]).toEqual([status, status]);
    expect(answer.body.type).toMatch(/^urn:spinegrade:problem:/);
    expect(answer.get('WWW-Authenticate')).toBe('Bearer');
    expect(faults).toEqual([]);
  });

  test('401 and 403 have names of their own', async () => {
    for (const [status, code] of [
      [401, 'unauthenticated'],
      [403, 'forbidden'],
    ] as const) {
      const { answer } = await answerTo(Object.assign(new Error(PATIENT), { status }));
      expect(answer.body.type).toBe(`urn:spinegrade:problem:${code}`);
    }
  });

  test.each([200, 302, 399, 500, 501, 502, 503, 599, 400.5, '404', Number.NaN, null])(
    '%j does not say that the request is at fault',
    async (status) => {
      const { answer, faults } = await answerTo(Object.assign(new Error(PATIENT), { status }));
      expect([answer.status, answer.body.type]).toEqual([500, 'urn:spinegrade:problem:internal']);
      expect(faults).toMatchObject([{ instance: answer.body.instance }]);
    },
  );
});

test.each(['text', null, undefined, 7, { status: 404 }])('%j, thrown, is a fault of ours', async (thrown) => {
  const { answer, faults } = await answerTo(thrown);
  expect(answer.status).toBe(500);
  expect(faults).toHaveLength(1);
});

test.each([
  ['a range beyond the end', 'Range', 'bytes=99999999-', 416],
  ['a precondition that does not hold', 'If-Match', '"another"', 412],
])('%s is the client’s to know', async (_, header, value, status) => {
  const before = lines.length;
  const answer = await request(app).get('/openapi.yaml').set(header, value);
  check(['/openapi.yaml', 'get'], answer);
  expect([answer.status, answer.body.status]).toEqual([status, status]);
  expect(lines.slice(before).filter(({ event }) => event === 'http-fault')).toEqual([]);
});

test('a parameter that no operation knows is refused by each', async () => {
  for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.yaml']) {
    const answer = await request(app).get(`${path}?DOE=DOE`);
    check([path, 'get'], answer);
    expect([answer.status, answer.text.includes('DOE')]).toEqual([400, false]);
  }
});

test.each(['disk-full', 'database-unavailable'])(
  'work turned down by %s is told in the log, a flood of it once',
  async (code) => {
    const api = failingApi();
    for (let each = 0; each < 20; each += 1) {
      const { answer } = await api.answerTo(faultWith(code));
      expect(answer.status).toBe(503);
    }
    const told = api.lines.filter(({ event }) => event === 'http-turned-down');
    expect(told).toMatchObject([
      { code, method: 'POST', route: '/studies/{studyInstanceUid}/analyze', count: 1 },
    ]);
    expect(JSON.stringify(told)).not.toMatch(/DOE|2\.25\./);
  },
);
