import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, onTestFinished, test } from 'vitest';
import {
  archiveAt,
  INSTANCE,
  jsonAnswer,
  SERIES,
  STUDY,
  studyRow,
} from '../../test/support/scripted-archive.ts';
import { httpAnswer, type ScriptedRequest } from '../../test/support/scripted-server.ts';
import type { ArchiveExchange } from '../domain/archive-call.ts';
import type { DicomWebArchiveOptions } from './archive-connection.ts';
import { dicomWebArchive } from './dicomweb-archive.ts';

const NONE = { sentBytes: 0, receivedBytes: 0, ms: expect.any(Number) };

async function toldBy(
  answer: Parameters<typeof archiveAt>[0],
  options: Partial<DicomWebArchiveOptions> = {},
) {
  const told: ArchiveExchange[] = [];
  const { archive, server } = await archiveAt(answer, { ...options, onExchange: (one) => told.push(one) });
  return { archive, server, told };
}

test('every try is told of, with its status, its time and the bytes of its answer', async () => {
  const rows = jsonAnswer([studyRow(STUDY)]);
  const { archive, told } = await toldBy(({ index }: ScriptedRequest, socket) => {
    setTimeout(() => socket.write(index === 0 ? httpAnswer(503, 'away') : rows), 30);
  });
  await archive.ping();
  const body = JSON.stringify([studyRow(STUDY)]).length;
  expect(told).toEqual([
    { call: 'ping', status: 503, end: 'whole', ...NONE, receivedBytes: 4 },
    { call: 'ping', status: 200, end: 'whole', ...NONE, receivedBytes: body },
  ]);
  for (const { ms } of told) expect(ms).toBeGreaterThan(25);
});

test('what is stored is told of with the bytes sent', async () => {
  const { archive, told } = await toldBy((_, socket) => socket.write(httpAnswer(200, '{}')));
  await archive.store(STUDY, [{ sopInstanceUid: INSTANCE, bytes: new Uint8Array(1000) }]);
  expect(told).toMatchObject([{ call: 'store', status: 200, end: 'whole', receivedBytes: 2 }]);
  expect(told[0]!.sentBytes).toBeGreaterThan(1000);
  expect(told[0]!.sentBytes).toBeLessThan(1500);
});

test('an answer cut off, silence beyond the limit and nobody there are the archive’s', async () => {
  const cut = await toldBy((_, socket) => {
    socket.end('HTTP/1.1 200 OK\r\nContent-Type: application/dicom+json\r\nContent-Length: 99\r\n\r\n[{');
  });
  await expect(cut.archive.seriesMetadata(STUDY, SERIES)).rejects.toThrow();
  expect(cut.told[0]).toEqual({
    ...{ call: 'series metadata', status: 200, end: 'broken' },
    ...{ ...NONE, receivedBytes: 2 },
  });

  const silent = await toldBy(() => undefined, { totalTimeoutMs: 50, retry: { attempts: 1 } });
  await expect(silent.archive.findSeries(STUDY)).rejects.toThrow();
  expect(silent.told[0]).toEqual({ call: 'find series', status: null, end: 'broken', ...NONE });

  const told: ArchiveExchange[] = [];
  const nobody = dicomWebArchive({
    url: 'http://127.0.0.1:1/dicom-web',
    retry: { attempts: 1 },
    onExchange: (one) => told.push(one),
  });
  onTestFinished(() => nobody.close());
  await expect(nobody.ping()).rejects.toThrow();
  expect(told[0]).toEqual({ call: 'ping', status: null, end: 'broken', ...NONE });
});

test('what this service calls off is its own: by its signal, and by leaving an answer unread', async () => {
  const waiting = Promise.withResolvers<void>();
  const { archive, told } = await toldBy(({ target }, socket) => {
    if (!target.endsWith(SERIES)) return waiting.resolve();
    const part = `--b\r\nContent-Type: application/dicom\r\nContent-Length: 3\r\n\r\nabc\r\n`;
    const head = 'Content-Type: multipart/related; type="application/dicom"; boundary=b\r\n';
    socket.write(`HTTP/1.1 200 OK\r\n${head}Content-Length: 100000\r\n\r\n${part}${part}`);
  });
  const stop = new AbortController();
  const asked = archive.findSeries(STUDY, stop.signal);
  await waiting.promise;
  stop.abort();
  await expect(asked).rejects.toThrow();
  for await (const _ of archive.retrieveSeries(STUDY, SERIES)) break;
  await expect.poll(() => told).toHaveLength(2);
  expect(told).toMatchObject([
    { call: 'find series', status: null, end: 'called-off' },
    { call: 'retrieve series', status: 200, end: 'called-off' },
  ]);
});

test('each request is told of in the name of whoever asked, also on a connection that another opened', async () => {
  const asking = new AsyncLocalStorage<string>();
  const told: (string | undefined)[] = [];
  const { archive } = await archiveAt((_, socket) => socket.write(jsonAnswer([studyRow(STUDY)])), {
    connections: 1,
    onExchange: () => told.push(asking.getStore()),
  });
  for (const who of ['first', 'second']) await asking.run(who, () => archive.ping());
  expect(told).toEqual(['first', 'second']);
});
