import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../src/config/config.ts';
import { connectionOptions } from '../src/dicomweb/connection-options.ts';
import { upsWorklist } from '../src/dicomweb/ups/ups-worklist.ts';
import type { WorkitemEvent } from '../src/dicomweb/ups/workitem-event.ts';
import { archiveCertificates } from './support/archive-certificates.ts';
import { forwardProxy } from './support/forward-proxy.ts';
import { recordedFront } from './support/recorded-front.ts';
import { until } from './support/service-client.ts';
import { tokenServer } from './support/token-server.ts';
import { startUpsServer, type UpsServer } from './support/ups-server.ts';
import { workitem } from './support/workitems.ts';

let folder: string;
let made: ReturnType<typeof archiveCertificates>;
let ups: UpsServer;
let serial = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'worklist-'));
  made = archiveCertificates(folder);
  ups = await startUpsServer();
}, 60_000);
afterAll(async () => {
  await ups?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Something that ends with its test. */
async function closing<Closed extends { close(): Promise<unknown> }>(
  opened: Promise<Closed>,
): Promise<Closed> {
  const it = await opened;
  onTestFinished(async () => void (await it.close()));
  return it;
}

const behind = (tls: Parameters<typeof recordedFront>[1] = null) =>
  closing(recordedFront(Number(new URL(ups.url).port), tls));
/** Wants a certificate of the authority that signed its own. */
const mutual = () => ({ ...made.good, ca: readFileSync(made.authority), requestCert: true });
const shown = () => ({
  WORKLIST_CLIENT_CERT_FILE: made.client.certificate,
  WORKLIST_CLIENT_KEY_FILE: made.client.keyFile,
});

/** The worklist as the settings have it. */
function worklistOf(url: string, settings: Readonly<Record<string, string>> = {}) {
  const env = { PACS_URL: 'http://127.0.0.1:1', WORKLIST_URL: url, WORKLIST_LABEL: 'Spine', ...settings };
  const worklist = upsWorklist({ url, ...connectionOptions(readConfig(env).worklist!) });
  onTestFinished(() => worklist.close());
  return worklist;
}

/** Its event channel, followed until an event came; what became of it. */
async function heardOf(
  worklist: ReturnType<typeof worklistOf>,
  at?: string,
): Promise<readonly WorkitemEvent[]> {
  serial += 1;
  const step = `2.25.88${serial}`;
  const events: WorkitemEvent[] = [];
  const stop = new AbortController();
  const told = await worklist.subscribe('SPINE', null);
  const following = worklist.follow('SPINE', at ?? told, {
    ...{ signal: stop.signal, openTimeoutMs: 5_000, silenceMs: 60_000 },
    ...{ onEvent: (event) => events.push(event), onOpen: () => ups.create(step, workitem()) },
  });
  await Promise.race([following, until('an event', () => events.length > 0)]).finally(() => stop.abort());
  expect(await following).toBe('stopped');
  return events.filter(({ workitem }) => workitem === step);
}

const REFUSED = { code: 'worklist-fault' };

describe('behind TLS', () => {
  const at = (port: number) => `https://localhost:${port}/`;

  test('it is believed by its own authority, shown our certificate, and so is its event channel', async () => {
    const { port } = await behind(mutual());
    const worklist = worklistOf(at(port), { WORKLIST_CA_FILE: made.authority, ...shown() });
    await worklist.search({});
    expect(await heardOf(worklist)).toHaveLength(1);
  });

  test.each([
    ['an authority', () => shown()],
    ['a certificate of ours', () => ({ WORKLIST_CA_FILE: made.authority })],
  ])('without %s neither is asked', async (_, settings) => {
    const { port, heard } = await behind(mutual());
    const worklist = worklistOf(at(port), settings());
    await expect(worklist.search({})).rejects.toMatchObject(REFUSED);
    await expect(heardOf(worklist, `wss://localhost:${port}/channel/SPINE`)).rejects.toMatchObject(REFUSED);
    const listener = { signal: AbortSignal.timeout(5_000), openTimeoutMs: 5_000, silenceMs: 60_000 };
    const following = worklist.follow('SPINE', null, { ...listener, onEvent() {}, onOpen() {} });
    await expect(following).rejects.toMatchObject(REFUSED);
    expect(heard).toEqual([]);
  });
});

describe('by a proxy', () => {
  test('a name that it alone knows is asked for, and a tunnel for its event channel', async () => {
    const proxy = await closing(forwardProxy({ 'pacs.test': Number(new URL(ups.url).port) }));
    const worklist = worklistOf('http://pacs.test/', { HTTP_PROXY: proxy.url });
    await worklist.search({});
    expect(await heardOf(worklist)).toHaveLength(1);
    expect(proxy.asked).toEqual([
      expect.stringMatching(/^GET http:\/\/pacs\.test\/workitems\?/),
      expect.stringMatching(/^POST http:\/\/pacs\.test\/workitems\/.*\/subscribers\/SPINE/),
      'CONNECT pacs.test:80',
    ]);
  });

  test('both go through a tunnel with TLS inside', async () => {
    const { port } = await behind(mutual());
    const proxy = await closing(forwardProxy({ 'pacs.test': port }));
    const settings = { HTTPS_PROXY: proxy.url, WORKLIST_CA_FILE: made.authority, ...shown() };
    const worklist = worklistOf('https://pacs.test/', settings);
    await worklist.search({});
    expect(await heardOf(worklist)).toHaveLength(1);
    expect(new Set(proxy.asked)).toEqual(new Set(['CONNECT pacs.test:443']));
  });

  test('but not what NO_PROXY lists', async () => {
    const proxy = await closing(forwardProxy({}));
    const worklist = worklistOf('http://pacs.test/', { HTTP_PROXY: proxy.url, NO_PROXY: 'pacs.test' });
    await expect(worklist.search({})).rejects.toMatchObject(REFUSED);
    expect(proxy.asked).toEqual([]);
  });
});

describe('who asks', () => {
  const HEADERS = { WORKLIST_HEADERS: 'X-Api-Key=hunter2%2C' };
  const sent = (heard: readonly string[], name: string) =>
    heard.join('').match(new RegExp(`^${name}: .*(?=\r$)`, 'gim')) ?? [];

  test('a token of an authorization server, fetched once, and further headers go with requests and the channel', async () => {
    const tokens = await closing(tokenServer());
    const { port, heard } = await behind();
    const worklist = worklistOf(`http://127.0.0.1:${port}`, {
      ...HEADERS,
      WORKLIST_OAUTH_TOKEN_URL: tokens.url,
      WORKLIST_OAUTH_CLIENT_ID: 'spinegrade',
      WORKLIST_OAUTH_CLIENT_SECRET: 'hunter2',
      WORKLIST_OAUTH_SCOPE: 'ups',
    });
    await worklist.search({});
    expect(await heardOf(worklist)).toHaveLength(1);
    // A search, a subscription, a channel.
    expect(sent(heard, 'authorization')).toEqual(Array(3).fill('authorization: Bearer token-1'));
    expect(sent(heard, 'x-api-key').map((line) => line.toLowerCase())).toEqual(
      Array(3).fill('x-api-key: hunter2,'),
    );
    expect(tokens.granted.map((body) => body.get('scope'))).toEqual(['ups']);
  });

  test('is not told to a channel at another host', async () => {
    const [own, other] = [await behind(), await behind()];
    const worklist = worklistOf(`http://127.0.0.1:${own.port}`, { ...HEADERS, WORKLIST_TOKEN: 'hunter2' });
    expect(await heardOf(worklist, `ws://127.0.0.1:${other.port}/channel/SPINE`)).toHaveLength(1);
    expect(sent(own.heard, 'authorization')).toHaveLength(1);
    expect(sent(other.heard, 'upgrade')).toHaveLength(1);
    expect(other.heard.join('')).not.toMatch(/hunter2|authorization|x-api-key/i);
  });
});
