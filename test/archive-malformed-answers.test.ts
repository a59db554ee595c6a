import { describe, expect, test } from 'vitest';
import { collect, MULTIPART, part } from './support/multipart-answer.ts';
import { archiveAt, SERIES, STUDY } from './support/scripted-archive.ts';
import { httpAnswer } from './support/scripted-server.ts';

const PATIENT = 'Muster^Maria';

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
