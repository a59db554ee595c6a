import { describe, expect, test } from 'vitest';
import { collect, MULTIPART, part } from './support/multipart-answer.ts';
import { archiveAt, INSTANCE, SERIES, STUDY } from './support/scripted-archive.ts';
import { httpAnswer } from './support/scripted-server.ts';

const PATIENT = 'Muster^Maria';

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
