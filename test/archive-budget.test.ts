import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../src/domain/uid.ts';
import { withinBudget } from '../src/study/study-budget.ts';
import { archiveAt, jsonAnswer } from './support/scripted-archive.ts';
import { httpAnswer } from './support/scripted-server.ts';

const STUDY = '1.2.3' as StudyInstanceUid;
const SERIES = ['1.2.3.4', '1.2.3.5', '1.2.3.6'] as SeriesInstanceUid[];
const INSTANCE = '1.2.3.4.5' as SopInstanceUid;
const MIB = 1024 ** 2;
const DICOM = { 'Content-Type': 'multipart/related; type="application/dicom"; boundary=b' };
const HEAD = '--b\r\nContent-Type: application/dicom\r\n\r\n';
const BEYOND = {
  name: 'StudyLimitError',
  message: 'its images hold more bytes than the limit of 2.0 MiB a study',
};

/** Sends until nobody listens any more; tells how much went out. */
function endless(socket: Socket, head: string, chunk: Buffer): () => number {
  let sent = 0;
  const more = () => {
    while (!socket.destroyed) {
      sent += chunk.length;
      if (!socket.write(chunk)) return void socket.once('drain', more);
    }
  };
  socket.write(head);
  more();
  return () => sent;
}

async function received(instances: AsyncIterable<Uint8Array>): Promise<number> {
  let count = 0;
  for await (const _ of instances) count += 1;
  return count;
}

test.each([
  ['a part that never ends', `Content-Type: ${DICOM['Content-Type']}\r\n\r\n${HEAD}`],
  [
    'an answer of one part that never ends',
    'Content-Type: application/dicom\r\nContent-Length: 99999999999\r\n\r\n',
  ],
])('%s, in three series at once, ends with the budget of the study', async (_, head) => {
  const sent: (() => number)[] = [];
  const { archive } = await archiveAt((__, socket) => {
    sent.push(endless(socket, `HTTP/1.1 200 OK\r\nConnection: close\r\n${head}`, Buffer.alloc(64 * 1024)));
  });
  const reading = withinBudget(archive, { maxBytes: 2 * MIB });
  const all = SERIES.map((series) => received(reading.retrieveSeries(STUDY, series)));
  const ends = await Promise.allSettled(all);
  for (const end of ends) expect(end).toMatchObject({ status: 'rejected', reason: BEYOND });
  // What lay in the sockets' buffers comes on top.
  expect(sent.reduce((sum, bytes) => sum + bytes(), 0)).toBeLessThan(40 * MIB);
});

test('metadata, single images and series have one budget', async () => {
  const { archive } = await archiveAt(({ target }, socket) => {
    if (target.endsWith('/metadata'))
      return void socket.write(jsonAnswer([{ '00100010': { vr: 'PN', Value: ['x'.repeat(MIB)] } }]));
    socket.write(httpAnswer(200, `${HEAD}${'x'.repeat(0.6 * MIB)}\r\n--b--`, DICOM));
  });
  const reading = withinBudget(archive, { maxBytes: 2 * MIB });
  expect(await reading.seriesMetadata(STUDY, SERIES[0]!)).toHaveLength(1);
  expect(await reading.retrieveInstance(STUDY, SERIES[0]!, INSTANCE)).toHaveLength((0.6 * MIB) | 0);
  await expect(received(reading.retrieveSeries(STUDY, SERIES[0]!))).rejects.toMatchObject(BEYOND);
  // Another study has its own.
  expect(await received(withinBudget(archive, { maxBytes: 2 * MIB }).retrieveSeries(STUDY, SERIES[0]!))).toBe(
    1,
  );
});

test('what a transfer that broke had brought is given back: tries are no part of a study', async () => {
  const body = `${HEAD}${'x'.repeat(MIB)}\r\n--b--`;
  const { archive } = await archiveAt(({ index }, socket) => {
    const whole = httpAnswer(200, body, { ...DICOM, Connection: 'close' });
    socket.end(index < 5 ? whole.subarray(0, -20) : whole);
  });
  const reading = withinBudget(archive, { maxBytes: 1.5 * MIB });
  for (let i = 0; i < 5; i += 1) {
    await expect(received(reading.retrieveSeries(STUDY, SERIES[0]!))).rejects.toMatchObject({
      retryable: true,
    });
  }
  expect(await received(reading.retrieveSeries(STUDY, SERIES[0]!))).toBe(1);
});

test('an object that alone is larger than the limit is told as that', async () => {
  const { archive } = await archiveAt(
    (_, socket) => socket.write(httpAnswer(200, `${HEAD}${'x'.repeat(2000)}\r\n--b--`, DICOM)),
    { maxInstanceBytes: 1000 },
  );
  const reading = withinBudget(archive, { maxBytes: MIB });
  await expect(received(reading.retrieveSeries(STUDY, SERIES[0]!))).rejects.toMatchObject({
    name: 'StudyLimitError',
    message: 'one of its objects alone is larger than the limit of 1.0 MiB a study',
  });
});

test('a JSON answer that never ends is cut at its bound', async () => {
  const { archive } = await archiveAt(
    (_, socket) =>
      void endless(
        socket,
        'HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n[',
        Buffer.alloc(64 * 1024, ' '),
      ),
    { maxAnswerBytes: MIB },
  );
  await expect(archive.seriesMetadata(STUDY, SERIES[0]!)).rejects.toMatchObject({
    tooLarge: true,
    retryable: false,
  });
  await expect(archive.findStudies({ studyDate: null })).rejects.toMatchObject({
    tooLarge: true,
    retryable: false,
  });
});

test.each([
  ['larger than is read', ' '.repeat(MIB)],
  ['that would take far more memory than their size', `[${'{},'.repeat(100_000)}{}]`],
])('metadata %s are told as that', async (_, body) => {
  const { archive, requests } = await archiveAt(
    (__, socket) => socket.write(httpAnswer(200, body, { 'Content-Type': 'application/dicom+json' })),
    { maxAnswerBytes: MIB / 2 },
  );
  const reading = withinBudget(archive, { maxBytes: 64 * MIB });
  await expect(reading.seriesMetadata(STUDY, SERIES[0]!)).rejects.toMatchObject({
    name: 'StudyLimitError',
    message: 'the metadata of one of its series alone are larger than is read',
  });
  expect(requests).toHaveLength(1);
});
