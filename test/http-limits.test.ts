import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DatabaseFault } from '../src/database/database-fault.ts';
import { createApp } from '../src/http/app.ts';
import { createHttpServer } from '../src/http/connections.ts';
import type { AnalysisReader } from '../src/jobs/analysis-reader.ts';
import type { AnalysisRecord } from '../src/jobs/analysis-record.ts';
import type { AnalysisSubmitter } from '../src/jobs/analysis-submitter.ts';
import { contractChecker } from './support/contract-check.ts';
import { recordingEvents } from './support/ledger-events.ts';
import { someStudy } from './support/ledger-sample.ts';
import { refusingParts } from './support/refusing-parts.ts';
import { until } from './support/service-client.ts';

const STUDY = someStudy();
const ANALYSES = `/studies/${STUDY}/analyses`;
const ANALYZE = `/studies/${STUDY}/analyze`;
const check = contractChecker();

/** A database that is slow, counts what it is asked, and fails when told to. */
let asked: number;
let askedAtOnce: { now: number; most: number };
let database: () => Promise<readonly AnalysisRecord[]>;
let alive: boolean;
let server: Server;
let port: number;

beforeEach(() => {
  asked = 0;
  askedAtOnce = { now: 0, most: 0 };
  alive = true;
  database = async () => [];
});

beforeAll(async () => {
  const ask = async () => {
    asked += 1;
    askedAtOnce.now += 1;
    askedAtOnce.most = Math.max(askedAtOnce.most, askedAtOnce.now);
    return database().finally(() => {
      askedAtOnce.now -= 1;
    });
  };
  const queue: AnalysisSubmitter & AnalysisReader = {
    submit: async () => ({ id: String((await ask()).length), created: true, state: 'queued' }),
    askedBefore: async () => null,
    find: async () => (await ask())[0] ?? null,
    ofStudy: ask,
    list: async () => ({ analyses: (await ask()).map((each) => ({ ...each, grades: null })), next: null }),
    eventsAfter: async () => [],
    stats: () => Promise.reject(new Error('not asked for here')),
    stopping: false,
  };
  const { events } = recordingEvents();
  const app = createApp({
    ...refusingParts(),
    queue,
    events,
    alive: () => alive,
  });
  server = createHttpServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

/** A connection, and all that came back on it. */
async function connection(): Promise<{ readonly socket: Socket; text(): string }> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes;
  });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return { socket, text: () => text };
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
const answers = (text: string) => text.match(/HTTP\/1\.1 \d{3}/g) ?? [];

describe('what a client may occupy', () => {
  test('requests sent without waiting are answered one after another, and a bounded number of them', async () => {
    database = () => sleep(2, []);
    const { socket, text } = await connection();
    socket.write(get(ANALYSES).repeat(1_000));
    await until('every answer', () => answers(text()).length === 1_000);
    socket.destroy();
    expect(askedAtOnce.most).toBe(1);
    expect(asked).toBeLessThanOrEqual(100);
    const { 'HTTP/1.1 200': given, 'HTTP/1.1 503': refused } = Object.groupBy(
      answers(text()),
      (line) => line,
    );
    expect([given?.length, refused?.length]).toEqual([100, 900]);
  });

  test('what a client asked for before it went never reaches the database', async () => {
    const held = Promise.withResolvers<readonly AnalysisRecord[]>();
    database = () => held.promise;
    const clients = await Promise.all(Array.from({ length: 20 }, connection));
    for (const { socket } of clients) socket.write(get(ANALYSES).repeat(5));
    await until('the first requests', () => asked === 4);
    for (const { socket } of clients) socket.destroy();
    await until(
      'the end of the connections',
      () => new Promise<boolean>((resolve) => server.getConnections((_, open) => resolve(open === 0))),
    );
    held.resolve([]);
    database = async () => [];
    expect((await request(`http://127.0.0.1:${port}`).get(ANALYSES)).status).toBe(200);
    expect(asked).toBe(5);
  });

  test('beyond a bounded number that waits, requests are turned down at once', async () => {
    const held = Promise.withResolvers<readonly AnalysisRecord[]>();
    database = () => held.promise;
    const clients = await Promise.all(Array.from({ length: 80 }, connection));
    for (const { socket } of clients) socket.write(get(ANALYSES));
    const turnedDown = () => clients.filter(({ text }) => text().startsWith('HTTP/1.1 503'));
    await until('refusals', () => turnedDown().length === 80 - 4 - 64);
    expect(turnedDown()[0]!.text()).toMatch(/Retry-After: 2.*urn:spinegrade:problem:busy/s);
    held.resolve([]);
    await until('the others', () => clients.every(({ text }) => text() !== ''));
    expect(asked).toBe(68);
    for (const { socket } of clients) socket.destroy();
  });
});

describe('while the database is away', () => {
  test.each(['disk-full', 'database-unavailable'] as const)(
    '%s is told with 503 and Retry-After',
    async (code) => {
      database = () => Promise.reject(new DatabaseFault(code, 'could not extend file "base/5/16384"'));
      for (const [method, path, route] of [
        ['post', ANALYZE, '/studies/{studyInstanceUid}/analyze'],
        ['get', ANALYSES, '/studies/{studyInstanceUid}/analyses'],
        ['get', `/studies/${STUDY}/report`, '/studies/{studyInstanceUid}/report'],
      ] as const) {
        const answer = await request(server)[method](path);
        check([route, method], answer);
        expect(answer.status).toBe(503);
        expect(answer.body.type).toBe(`urn:spinegrade:problem:${code}`);
        expect(answer.text).not.toContain('base/5');
      }
    },
  );

  test('the process counts as alive until nothing but another process can help', async () => {
    database = () => Promise.reject(new DatabaseFault('disk-full', ''));
    const well = await request(server).get('/healthz');
    check(['/healthz', 'get'], well);
    expect(well.status).toBe(200);
    alive = false;
    const ill = await request(server).get('/healthz');
    check(['/healthz', 'get'], ill);
    expect(ill.status).toBe(503);
  });
});

describe('what does not become a request', () => {
  test.each([
    ['200,000 headers', `${'X-DOE: DOE\r\n'.repeat(200_000)}\r\n`, 431, 'headers-too-large'],
    [
      'one header beyond measure',
      `Authorization: Bearer ${'DOE'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
    ['a line that is no header', 'DOE\r\n\r\n', 400, 'invalid-request'],
    ['two lengths', 'Content-Length: 1\r\nContent-Length: 2\r\n\r\n', 400, 'invalid-request'],
  ])('%s: a problem document, and the end of the connection', async (_, headers, status, code) => {
    const { socket, text } = await connection();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(`GET ${ANALYSES} HTTP/1.1\r\nHost: x\r\n${headers}`);
    await closed;
    expect(text()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(text()).toContain(`"type":"urn:spinegrade:problem:${code}"`);
    expect(text()).not.toContain('DOE');
    expect(asked).toBe(0);
  });

  test('headers that do not come to an end are waited for some seconds, and cost a socket meanwhile', async () => {
    const slow = await connection();
    const closed = new Promise((resolve) => slow.socket.once('close', resolve));
    slow.socket.write(`GET ${ANALYSES} HTTP/1.1\r\nHost: x\r\n`);
    expect((await request(server).get('/healthz')).status).toBe(200);
    await closed;
    expect(slow.text()).toMatch(/^HTTP\/1.1 408 .*request-not-in-time/s);
  }, 60_000);
});

describe('a body, which no operation needs', () => {
  test.each([
    ['huge', 'Content-Type: application/json\r\nContent-Length: 10000000000', 413],
    ['endless', 'Content-Type: application/json\r\nTransfer-Encoding: chunked', 413],
    ['of another type', 'Content-Type: application/dicom\r\nContent-Length: 5000000', 415],
    ['of no type', 'Content-Length: 20', 415],
  ])('%s: refused by its headers, and the connection closed unread', async (_, headers, status) => {
    for (const target of [`POST ${ANALYZE}`, `GET ${ANALYSES}`, 'PUT /nothing']) {
      const { socket, text } = await connection();
      const closed = once(socket, 'close');
      // No byte of the body: an answer comes without.
      socket.write(`${target} HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n`);
      await until('the answer', () => text().endsWith('}'));
      expect(text()).toContain(`HTTP/1.1 ${status}`);
      expect(text()).toMatch(/Connection: close/i);
      socket.end();
      await closed;
    }
    expect(asked).toBe(0);
  });

  test('is not taken by a client that goes on sending', async () => {
    const { socket, text } = await connection();
    socket.write(
      `POST ${ANALYZE} HTTP/1.1\r\nHost: x\r\nContent-Type: a/b\r\nContent-Length: 900000000\r\n\r\n`,
    );
    const closed = new Promise((resolve) => socket.once('close', resolve));
    let taken = true;
    while (taken && !socket.destroyed) {
      taken = socket.write(Buffer.alloc(65_536));
      await sleep(0);
    }
    await closed;
    expect(text()).toContain('HTTP/1.1 415');
    expect(socket.bytesWritten).toBeLessThan(20_000_000);
  });

  test('of a client that asks first is refused instead of asked for', async () => {
    const { socket, text } = await connection();
    const head = `POST ${ANALYZE} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n`;
    socket.write(`${head}Content-Length: 100000\r\n\r\n`);
    await until('the answer', () => text().endsWith('}'));
    expect(text()).toMatch(/^HTTP\/1\.1 413/);
    socket.destroy();
    const other = await connection();
    other.socket.write(`${head}Content-Length: 2\r\n\r\n`);
    await until('its turn', () => other.text().includes('100 Continue'));
    other.socket.write('{}');
    await until('the answer', () => other.text().includes('HTTP/1.1 202'));
    other.socket.destroy();
  });
});

describe('the contract to the letter', () => {
  test.each([ANALYSES, '/healthz', '/metrics', '/openapi.yaml', '/nothing'])(
    'HEAD %s is GET without the content',
    async (path) => {
      const got = await request(server).get(path);
      const head = await request(server).head(path);
      expect(head.status).toBe(got.status);
      expect(head.get('Content-Type')).toBe(got.get('Content-Type'));
      expect(head.text ?? '').toBe('');
    },
  );

  test('HEAD is not answered where GET is not, and Allow says what is', async () => {
    const refused = await request(server).head(ANALYZE);
    expect([refused.status, refused.get('Allow')]).toEqual([405, 'POST']);
    const other = await request(server).delete(ANALYSES);
    expect(other.get('Allow')).toBe('GET, HEAD');
  });

  test.each([
    '/analyses/%ff',
    '/analyses/DOE%ff',
    '/params/DOE%ff',
    '/studies/%c3%28/analyses',
    '/analyses/1?DOE=DOE',
  ])('%s is not repeated', async (path) => {
    const { socket, text } = await connection();
    socket.write(get(path));
    await until('the answer', () => text().endsWith('}'));
    expect(text()).toMatch(/HTTP\/1\.1 40[04]/);
    expect(text()).not.toMatch(/DOE|%ff|%c3/);
    socket.destroy();
  });
});
