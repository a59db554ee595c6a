import { describe, expect, test } from 'vitest';
import { collect, MULTIPART, part } from './support/multipart-answer.ts';
import { archiveAt, INSTANCE, SERIES, STUDY } from './support/scripted-archive.ts';
import { httpAnswer } from './support/scripted-server.ts';

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
