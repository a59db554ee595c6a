import { describe, expect, onTestFinished, test } from 'vitest';
import { archiveAt, INSTANCE, SERIES, STUDY } from './support/scripted-archive.ts';
import { httpAnswer, scriptedServer } from './support/scripted-server.ts';

const SECRETS = {
  authorization: { kind: 'bearer', token: 'hunter2' },
  headers: () => ({ 'X-Api-Key': 'swordfish' }),
} as const;

describe.each([301, 302, 303, 307, 308])('a redirect by %i is not followed', (status) => {
  test.each(['same', 'another'])(
    'to the %s origin: neither credentials nor headers go there',
    async (origin) => {
      const other = await scriptedServer((_, socket) => socket.write(httpAnswer(200, '[]')));
      onTestFinished(() => other.close());
      const location =
        origin === 'same' ? '/elsewhere?signature=abc' : `${other.url}/elsewhere?signature=abc`;
      const { archive, requests } = await archiveAt(
        (_, socket) => socket.write(httpAnswer(status, '', { Location: location })),
        SECRETS,
      );
      const object = { sopInstanceUid: INSTANCE, bytes: new Uint8Array(10) };
      const where = origin === 'same' ? 'within the archive' : `to ${new URL(other.url).origin}`;
      for (const asked of [
        () => archive.findStudies({ studyDate: null }),
        () => archive.seriesMetadata(STUDY, SERIES),
        () => archive.retrieveInstance(STUDY, SERIES, INSTANCE),
        () => archive.store(STUDY, [object]),
      ]) {
        const before = requests.length;
        await expect(asked()).rejects.toMatchObject({
          code: 'archive-fault',
          status,
          message: expect.stringMatching(new RegExp(`HTTP ${status}, a redirect ${where}$`)),
        });
        expect(requests.length).toBe(before + 1);
      }
      expect(requests.every(({ target }) => !target.startsWith('/elsewhere'))).toBe(true);
      expect(other.requests).toEqual([]);
    },
  );
});
