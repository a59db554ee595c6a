import { describe, expect, test } from 'vitest';
import { dicomWebArchive } from '../src/dicomweb/dicomweb-archive.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../src/domain/uid.ts';
import { archiveAt } from './support/scripted-archive.ts';
import { httpAnswer } from './support/scripted-server.ts';

const STUDY = '1.2.3' as StudyInstanceUid;
const SERIES = '1.2.3.4' as SeriesInstanceUid;
const INSTANCE = '1.2.3.4.5' as SopInstanceUid;
const PATIENT = 'Muster^Maria';
const MULTIPART = { 'Content-Type': 'multipart/related; type="application/dicom"; boundary=b' };

const part = (body: string) => `--b\r\nContent-Type: application/dicom\r\n\r\n${body}\r\n`;

async function collect(items: AsyncIterable<Uint8Array>): Promise<string[]> {
  const all: string[] = [];
  for await (const item of items) all.push(Buffer.from(item).toString());
  return all;
}

const study = (uid: string, more: object = {}) => ({
  '0020000D': { vr: 'UI', Value: [uid] },
  '00080061': { vr: 'CS', Value: ['MR'] },
  ...more,
});

describe('a transfer that is cut', () => {
  test('between parts, the connection closed as if all was well: the parts, then a retryable error', async () => {
    const { archive } = await archiveAt((_, socket) => {
      socket.end(
        `HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: ${MULTIPART['Content-Type']}\r\n\r\n${part('one')}${part('two')}`,
      );
    });
    const seen: string[] = [];
    const run = async () => {
      for await (const bytes of archive.retrieveSeries(STUDY, SERIES)) seen.push(String(Buffer.from(bytes)));
    };
    await expect(run()).rejects.toMatchObject({
      name: 'ArchiveError',
      retryable: true,
      message: 'retrieve series: the multipart response ended before its closing boundary',
    });
    expect(seen).toEqual(['one']);
  });

  test('at any byte of the body: an error, never fewer instances', async () => {
    const body = `${part('one')}${part('two')}--b--`;
    let cut = 0;
    const { archive } = await archiveAt((_, socket) => {
      const head = `HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: ${MULTIPART['Content-Type']}\r\n\r\n`;
      socket.end(head + body.slice(0, cut));
    });
    for (cut = 0; cut < body.length; cut += 1) {
      await expect(collect(archive.retrieveSeries(STUDY, SERIES))).rejects.toMatchObject({ retryable: true });
    }
    await expect(collect(archive.retrieveSeries(STUDY, SERIES))).resolves.toEqual(['one', 'two']);
  });

  test('by a reset connection, and short of its Content-Length', async () => {
    const { archive } = await archiveAt(({ index }, socket) => {
      const whole = httpAnswer(200, `${part('one')}--b--`, MULTIPART);
      socket.write(whole.subarray(0, whole.length - 8), () =>
        index === 0 ? socket.resetAndDestroy() : socket.destroy(),
      );
    });
    for (let i = 0; i < 2; i += 1) {
      await expect(collect(archive.retrieveSeries(STUDY, SERIES))).rejects.toMatchObject({ retryable: true });
    }
  });

  test('is not retried by retrieveSeries, but is by retrieveInstance', async () => {
    const { archive, requests } = await archiveAt(({ index }, socket) => {
      const body = `${part('one')}--b--`;
      socket.end(
        httpAnswer(200, index < 2 ? body.slice(0, 20) : body, { ...MULTIPART, Connection: 'close' }),
      );
    });
    await expect(collect(archive.retrieveSeries(STUDY, SERIES))).rejects.toMatchObject({ retryable: true });
    expect(requests).toHaveLength(1);
    const bytes = await archive.retrieveInstance(STUDY, SERIES, INSTANCE);
    expect(Buffer.from(bytes ?? []).toString()).toBe('one');
    expect(requests).toHaveLength(3);
  });
});

describe('statuses', () => {
  test.each([
    [500, true, 3],
    [503, true, 3],
    [429, true, 3],
    [202, true, 3],
    [204, true, 3],
    [404, true, 3],
    [410, true, 3],
    [408, true, 3],
    [409, true, 3],
    [423, true, 3],
    [424, true, 3],
    [425, true, 3],
    // A human renews the credentials: the queue waits, and nobody knocks again and again.
    [401, true, 1],
    [403, true, 1],
    [400, false, 1],
    [301, false, 1],
    [501, false, 1],
    [505, false, 1],
  ])('%i for what was listed: retryable %s, asked %i times', async (status, retryable, times) => {
    const { archive, requests } = await archiveAt((_, socket) => socket.write(httpAnswer(status, PATIENT)));
    const failure = await archive.seriesMetadata(STUDY, SERIES).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      name: 'ArchiveError',
      message: `series metadata: HTTP ${status}`,
      status,
      retryable,
    });
    expect(requests).toHaveLength(times);
  });

  test('an error that passes is not seen', async () => {
    const { archive, requests } = await archiveAt(({ index }, socket) =>
      socket.write(index < 2 ? httpAnswer(503) : httpAnswer(200, '[]')),
    );
    await expect(archive.findStudies({ studyDate: null })).resolves.toEqual([]);
    expect(requests).toHaveLength(3);
  });

  test('a store is sent again where the archive said that it did not take it, and not where nobody knows', async () => {
    const { archive, requests } = await archiveAt(({ index }, socket) =>
      index < 3 ? socket.write(httpAnswer(503)) : socket.resetAndDestroy(),
    );
    const objects = [{ sopInstanceUid: INSTANCE, bytes: Buffer.from('x') }];
    await expect(archive.store(STUDY, objects)).rejects.toMatchObject({ retryable: true, status: 503 });
    expect(requests).toHaveLength(3);
    await expect(archive.store(STUDY, objects)).rejects.toMatchObject({ retryable: true, status: null });
    expect(requests).toHaveLength(4);
  });

  test('nobody listening: retryable', async () => {
    const { archive, server } = await archiveAt(() => undefined);
    await server.close();
    await expect(archive.ping()).rejects.toMatchObject({ name: 'ArchiveError', retryable: true });
  });
});

describe('waiting', () => {
  test.each([
    ['no answer', '', { headersTimeoutMs: 50 }],
    ['silence within the body', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[', { bodyTimeoutMs: 50 }],
    ['an answer that drips', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[', { totalTimeoutMs: 50 }],
  ])('%s ends in a retryable error', async (_, bytes, options) => {
    const { archive } = await archiveAt((__, socket) => void socket.write(bytes), {
      ...options,
      retry: { attempts: 1, firstDelayMs: 1, maxDelayMs: 1 },
    });
    await expect(archive.findStudies({ studyDate: null })).rejects.toMatchObject({
      name: 'ArchiveError',
      retryable: true,
    });
  });

  test('a stalled transfer ends in a retryable error', async () => {
    const whole = httpAnswer(200, `${part('one')}--b--`, MULTIPART);
    const { archive } = await archiveAt((_, socket) => void socket.write(whole.subarray(0, -6)), {
      bodyTimeoutMs: 50,
    });
    await expect(collect(archive.retrieveSeries(STUDY, SERIES))).rejects.toMatchObject({ retryable: true });
  });

  test('the signal ends a request, a transfer and a wait between tries, with its own reason', async () => {
    const reason = new Error('stopping');
    const abortWhen = () => {
      const controller = new AbortController();
      return { signal: controller.signal, abort: () => controller.abort(reason) };
    };
    let onRequest: () => void = () => undefined;
    const { archive } = await archiveAt(
      (request, socket) => {
        if (request.target.includes('/series/'))
          socket.write(httpAnswer(200, part('one'), { ...MULTIPART, 'Content-Length': '999' }));
        if (request.target.includes('/instances/')) socket.write(httpAnswer(503));
        onRequest();
      },
      { retry: { attempts: 3, firstDelayMs: 60_000, maxDelayMs: 60_000 } },
    );
    for (const call of [
      (signal: AbortSignal) => archive.findStudies({ studyDate: null }, signal),
      (signal: AbortSignal) => collect(archive.retrieveSeries(STUDY, SERIES, signal)),
      (signal: AbortSignal) => archive.retrieveInstance(STUDY, SERIES, INSTANCE, signal),
    ]) {
      const { signal, abort } = abortWhen();
      onRequest = () => void setTimeout(abort, 20);
      await expect(call(signal)).rejects.toBe(reason);
    }
    await expect(archive.ping(AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  test('leaving the loop closes the connection', async () => {
    const { archive, server } = await archiveAt((_, socket) => {
      socket.write(httpAnswer(200, part('one') + part('two'), { ...MULTIPART, 'Content-Length': '99999' }));
    });
    for await (const bytes of archive.retrieveSeries(STUDY, SERIES)) {
      expect(Buffer.from(bytes).toString()).toBe('one');
      break;
    }
    await expect.poll(() => server.openSockets()).toBe(0);
  });
});

describe('malformed answers', () => {
  test.each([
    ['not JSON', `${PATIENT} <html>`, true],
    ['JSON that was cut', `[{"00100010":{"vr":"PN","Value":["${PATIENT}"`, true],
    ['no array', `{"message":"${PATIENT}"}`, true],
    ['no data sets', `["${PATIENT}"]`, true],
  ])('%s: an error without the answer in it', async (_, body, retryable) => {
    const { archive } = await archiveAt((__, socket) => socket.write(httpAnswer(200, body)));
    const failure = await archive.findStudies({ studyDate: null }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'ArchiveError', retryable });
    expect(everyText(failure)).not.toContain(PATIENT);
  });

  test('bytes that are not HTTP: an error without them', async () => {
    const { archive } = await archiveAt((_, socket) => void socket.end(`${PATIENT}\r\n\r\n`));
    const failure = await archive.ping().catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'ArchiveError', retryable: true });
    expect(everyText(failure)).not.toContain(PATIENT);
  });

  test('an answer or an instance beyond its limit', async () => {
    const { archive } = await archiveAt(
      ({ target }, socket) =>
        socket.write(
          target.includes('/series/')
            ? httpAnswer(200, `${part('x'.repeat(200))}--b--`, MULTIPART)
            : httpAnswer(200, `[${' '.repeat(200)}]`),
        ),
      { maxAnswerBytes: 100, maxInstanceBytes: 100 },
    );
    await expect(archive.findStudies({ studyDate: null })).rejects.toMatchObject({ retryable: false });
    await expect(collect(archive.retrieveSeries(STUDY, SERIES))).rejects.toMatchObject({ retryable: false });
  });

  test('a compressed answer, and parts of another type', async () => {
    const { archive } = await archiveAt(({ target }, socket) =>
      socket.write(
        target.includes('/series/')
          ? httpAnswer(200, `--b\r\nContent-Type: text/plain\r\n\r\n${PATIENT}\r\n--b--`, MULTIPART)
          : httpAnswer(200, '[]', { 'Content-Encoding': 'gzip' }),
      ),
    );
    await expect(archive.findStudies({ studyDate: null })).rejects.toMatchObject({ retryable: false });
    await expect(collect(archive.retrieveSeries(STUDY, SERIES))).rejects.toMatchObject({ retryable: false });
  });
});

/** All that a log could print of an error: own properties and causes, however deep. */
function everyText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = Object.getOwnPropertyNames(error).map((name) => String(Reflect.get(error, name)));
  return [error.message, ...own, error.cause === undefined ? '' : everyText(error.cause)].join('\n');
}

describe('single-part answers', () => {
  test('are taken when framed, refused when a cut could not be told', async () => {
    const type = { 'Content-Type': 'application/dicom' };
    const { archive } = await archiveAt(({ index }, socket) => {
      if (index === 0) socket.write(httpAnswer(200, 'whole', type));
      else socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/dicom\r\n\r\nwhol');
    });
    await expect(collect(archive.retrieveSeries(STUDY, SERIES))).resolves.toEqual(['whole']);
    await expect(collect(archive.retrieveSeries(STUDY, SERIES))).rejects.toMatchObject({ retryable: false });
  });
});

describe('queries of odd archives', () => {
  const uids = Array.from({ length: 7 }, (_, i) => `1.9.${i}`);
  const pageOf = (target: string, cap = Number.POSITIVE_INFINITY) => {
    const query = new URLSearchParams(target.split('?')[1]);
    const [limit, offset] = [Number(query.get('limit')), Number(query.get('offset'))];
    return { offset, slice: (all: readonly string[]) => all.slice(offset, offset + Math.min(limit, cap)) };
  };
  const json = (rows: readonly object[]) => httpAnswer(200, JSON.stringify(rows));
  const found = async (answer: (target: string) => Buffer) => {
    const { archive } = await archiveAt(({ target }, socket) => socket.write(answer(target)), {
      pageSize: 3,
    });
    return archive.findStudies({ studyDate: { from: '20240101', to: '20240131' } });
  };
  const uidsOf = (studies: readonly { studyInstanceUid: string }[]) =>
    studies.map((one) => one.studyInstanceUid).toSorted();

  test('a page capped below the limit asked for is not taken for the last', async () => {
    const studies = await found((target) =>
      json(
        pageOf(target, 2)
          .slice(uids)
          .map((uid) => study(uid)),
      ),
    );
    expect(uidsOf(studies)).toEqual(uids);
  });

  test('an order that shifts between pages loses nothing', async () => {
    let calls = 0;
    const studies = await found((target) => {
      calls += 1;
      // Between the first page and the second the last study moves to the front: 1.9.2 is seen twice, 1.9.6 never.
      const order = calls === 2 || calls === 3 ? [...uids.slice(-1), ...uids.slice(0, -1)] : uids;
      return json(
        pageOf(target)
          .slice(order)
          .map((uid) => study(uid)),
      );
    });
    expect(uidsOf(studies)).toEqual(uids);
  });

  test('limit and offset ignored: everything, once', async () => {
    expect(uidsOf(await found(() => json(uids.map((uid) => study(uid)))))).toEqual(uids);
  });

  test('only offset ignored: everything, by asking for more', async () => {
    const studies = await found((target) => {
      const limit = Number(new URLSearchParams(target.split('?')[1]).get('limit'));
      return json(uids.slice(0, limit).map((uid) => study(uid)));
    });
    expect(uidsOf(studies)).toEqual(uids);
  });

  test('the modality filter refused: asked again without, and filtered here', async () => {
    const rows = [study('1.1'), study('1.2', { '00080061': { vr: 'CS', Value: ['CT'] } })];
    const studies = await found((target) =>
      target.includes('ModalitiesInStudy=') ? httpAnswer(400) : json(pageOf(target).offset === 0 ? rows : []),
    );
    expect(uidsOf(studies)).toEqual(['1.1']);
  });

  test('filters ignored: what was not asked for is left out', async () => {
    const dated = (date: string) => ({ '00080020': { vr: 'DA', Value: [date] } });
    const rows = [
      study('1.1', dated('20240101')),
      study('1.2', dated('20240201')),
      study('1.3', { '00080061': { vr: 'CS', Value: ['CT'] } }),
      study('1.4', { '00080061': { vr: 'CS', Value: ['SR', 'MR'] } }),
      study('1.05'),
    ];
    expect(uidsOf(await found(() => json(rows)))).toEqual(['1.05', '1.1', '1.4']);
  });

  test('204 is an empty result', async () => {
    expect(await found(() => httpAnswer(204))).toEqual([]);
  });

  test('series counts that are missing are counted, and may be text', async () => {
    const { archive } = await archiveAt(({ target }, socket) => {
      const series = (uid: string, count: object) => ({ '0020000E': { vr: 'UI', Value: [uid] }, ...count });
      const rows = target.includes('/instances')
        ? uids.map((uid) => ({ '00080018': { vr: 'UI', Value: [uid] } }))
        : [series('1.1', {}), series('1.2', { '00201209': { vr: 'IS', Value: ['12'] } })].map((row, i) => ({
            ...row,
            '00080060': { vr: 'CS', Value: ['MR'] },
            ...(i === 0 ? { '00200011': { vr: 'IS', Value: [4] } } : {}),
          }));
      socket.write(json(pageOf(target).offset === 0 ? rows : []));
    });
    await expect(archive.findSeries(STUDY)).resolves.toEqual([
      { seriesInstanceUid: '1.1', modality: 'MR', seriesNumber: 4, instanceCount: 7 },
      { seriesInstanceUid: '1.2', modality: 'MR', seriesNumber: null, instanceCount: 12 },
    ]);
  });
});

describe('store responses', () => {
  const other = '1.2.3.4.6' as SopInstanceUid;
  const item = (uid: string, more: object = {}) => ({ '00081155': { vr: 'UI', Value: [uid] }, ...more });
  const response = (failed: object[], referenced: object[]) =>
    JSON.stringify({
      '00081198': { vr: 'SQ', Value: failed },
      '00081199': { vr: 'SQ', Value: referenced },
    });

  test.each([
    ['listed as stored', 200, response([], [item(INSTANCE), item(other)]), [true, true]],
    [
      'one failed',
      202,
      response([item(other, { '00081197': { vr: 'US', Value: [0x0110] } })], [item(INSTANCE)]),
      [true, false],
    ],
    ['in both lists', 200, response([item(INSTANCE)], [item(INSTANCE), item(other)]), [false, true]],
    ['400 with results', 400, response([], [item(INSTANCE)]), [true, false]],
    ['409 with results', 409, response([item(INSTANCE), item(other)], []), [false, false]],
    ['409 without', 409, '', [false, false]],
    ['200 and nothing', 200, '', [false, false]],
    ['200 and not DICOM JSON', 200, `<NativeDicomModel>${PATIENT}</NativeDicomModel>`, [false, false]],
    ['an array around it', 200, `[${response([], [item(INSTANCE), item(other)])}]`, [true, true]],
  ])('%s', async (_, status, body, stored) => {
    const { archive } = await archiveAt((__, socket) => socket.write(httpAnswer(status, body)));
    const results = await archive.store(STUDY, [
      { sopInstanceUid: INSTANCE, bytes: Buffer.from('a') },
      { sopInstanceUid: other, bytes: Buffer.from('b') },
    ]);
    expect(results.map((result) => result.sopInstanceUid)).toEqual([INSTANCE, other]);
    expect(results.map((result) => result.stored)).toEqual(stored);
    for (const result of results) {
      expect(result.reason === null).toBe(result.stored);
      expect(result.reason ?? '').not.toContain(PATIENT);
    }
  });

  test('a failure is told by its code', async () => {
    const failed = item(INSTANCE, { '00081197': { vr: 'US', Value: [0x0111] } });
    const { archive } = await archiveAt((_, socket) => socket.write(httpAnswer(409, response([failed], []))));
    const [result] = await archive.store(STUDY, [{ sopInstanceUid: INSTANCE, bytes: Buffer.from('a') }]);
    expect(result?.reason).toBe('refused: 0111H duplicate SOP Instance (HTTP 409)');
  });
});

describe('what is sent', () => {
  test('authorization and headers go with every request, and the path has only UIDs', async () => {
    const { archive, requests } = await archiveAt((_, socket) => socket.write(httpAnswer(200, '[]')), {
      authorization: { kind: 'basic', username: 'üser', password: 'pa:ss' },
      headers: { 'X-Site': 'north' },
    });
    await archive.findSeries(STUDY);
    expect(requests[0]?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('üser:pa:ss').toString('base64')}`,
      'x-site': 'north',
      accept: 'application/dicom+json',
    });
    const evil = '1.2/../../instances' as StudyInstanceUid;
    expect(() => archive.retrieveSeries(evil, SERIES)).toThrow(TypeError);
    await expect(archive.seriesMetadata(evil, SERIES)).rejects.toThrow(TypeError);
    expect(requests.every(({ target }) => target.startsWith('/dicom-web/studies/1.2.3/series?'))).toBe(true);
  });

  test('a bearer token', async () => {
    const { archive, requests } = await archiveAt((_, socket) => socket.write(httpAnswer(200, '[]')), {
      authorization: { kind: 'bearer', token: 'abc' },
    });
    await archive.ping();
    expect(requests[0]?.headers).toMatchObject({ authorization: 'Bearer abc' });
  });

  test.each(['ftp://pacs/x', 'http://user:secret@pacs/x', 'http://pacs/x?y=1', 'pacs'])(
    'refuses the URL %s',
    (url) => {
      expect(() => dicomWebArchive({ url })).toThrow(TypeError);
    },
  );
});
