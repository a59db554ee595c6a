import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { channelAddresses } from '../src/dicomweb/ups/channel-address.ts';
import { followEvents } from '../src/dicomweb/ups/event-channel.ts';
import { upsWorklist } from '../src/dicomweb/ups/ups-worklist.ts';
import type { WorkitemEvent } from '../src/dicomweb/ups/workitem-event.ts';
import { until } from './support/service-client.ts';
import { type ChannelTemper, startUpsServer, type UpsServer } from './support/ups-server.ts';
import { workitem } from './support/workitems.ts';

let server: UpsServer;
const stop = new AbortController();
afterEach(() => server.close());

async function followed(temper: ChannelTemper, silenceMs = 60_000) {
  server = await startUpsServer();
  server.said.temper = temper;
  const worklist = upsWorklist({ url: server.url });
  const events: WorkitemEvent[] = [];
  const opening = Promise.withResolvers<void>();
  const ended = worklist.follow('SPINE', await worklist.subscribe('SPINE', null), {
    ...{ signal: stop.signal, openTimeoutMs: 5_000, silenceMs },
    ...{ onEvent: (event) => events.push(event), onOpen: () => opening.resolve() },
  });
  ended.finally(() => worklist.close()).catch(() => undefined);
  ended.catch(opening.reject);
  return { events, opened: opening.promise, ended };
}

test('tells what happens to steps, until the connection ends', async () => {
  const { events, opened, ended } = await followed('good');
  await opened;
  server.create('2.25.7', workitem());
  await fetch(`${server.url}/workitems/2.25.7/cancelrequest`, { method: 'POST' });
  await until('two events', () => events.length >= 2);
  expect(events).toEqual([
    { type: 'state', workitem: '2.25.7' },
    { type: 'state', workitem: '2.25.7' },
  ]);
  server.dropChannels();
  expect(await ended).toBe('closed');
});

test('at an address where nobody listens is a fault by code', async () => {
  server = await startUpsServer();
  // One that was free a moment ago.
  const left = createServer().listen(0, '127.0.0.1');
  await once(left, 'listening');
  const { port } = left.address() as AddressInfo;
  await new Promise((closed) => left.close(closed));
  const following = followEvents({
    ...{ url: `ws://127.0.0.1:${port}/ws`, headers: {}, tls: {}, proxies: null, signal: stop.signal },
    ...{ openTimeoutMs: 5_000, silenceMs: 5_000, onEvent: () => undefined, onOpen: () => undefined },
  });
  await expect(following).rejects.toMatchObject({ code: 'worklist-fault' });
});

test.each([
  ['garbage', 'garbage'],
  ['flood', 'flood'],
] as const)('is left when it sends %s', async (temper, end) => {
  const { ended, events } = await followed(temper);
  expect(await ended).toBe(end);
  expect(events.length).toBeLessThanOrEqual(2_001);
  await until('the connection to end', () => server.channels() === 0);
});

test('is taken for dead when nothing comes', async () => {
  const { ended } = await followed('dead', 100);
  expect(await ended).toBe('silent');
});

test('that is refused is a fault by code', async () => {
  const { opened, ended } = await followed('refused');
  await expect(opened).rejects.toMatchObject({ code: 'worklist-fault' });
  await expect(ended).rejects.toMatchObject({ code: 'worklist-fault' });
});

const OURS = { url: 'ws://w.example/ws/subscribers/A%20E', isOurs: true };
const OURS_BY_TLS = { url: 'wss://w.example/ws/subscribers/A%20E', isOurs: true };
test.each([
  [
    'http://w.example/dicom',
    null,
    [{ url: 'ws://w.example/dicom/ws/subscribers/A%20E', isOurs: true }, OURS],
  ],
  ['https://w.example/', null, [OURS_BY_TLS]],
  ['http://w.example', 'ws://w.example/x', [{ url: 'ws://w.example/x', isOurs: true }, OURS]],
  ['http://w.example', 'ws://other.example/x', [{ url: 'ws://other.example/x', isOurs: false }, OURS]],
  ['https://w.example/', 'wss://w.example/x', [{ url: 'wss://w.example/x', isOurs: true }, OURS_BY_TLS]],
  ['https://w.example/', 'ws://w.example/x', [OURS_BY_TLS]],
  ['http://w.example/', 'ftp://w.example/x', [OURS]],
  ['http://w.example/', 'ws://name:word@w.example/x', [OURS]],
])('of %s with %s it is opened at …', (root, told, expected) => {
  expect(channelAddresses(root, 'A E', told)).toEqual(expected);
});
