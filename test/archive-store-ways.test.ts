import { describe, expect, test } from 'vitest';
import { ownWays } from './support/archive-own-ways.ts';
import { INSTANCE, STUDY } from './support/scripted-archive.ts';
import { httpAnswer } from './support/scripted-server.ts';

describe('storing', () => {
  const objects = [{ sopInstanceUid: INSTANCE, bytes: Buffer.from('a') }];
  const stored = JSON.stringify({
    '00081199': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: [INSTANCE] } }] },
  });

  test.each([404, 405, 501])('%i at the study: at /studies, from then on', async (status) => {
    const { archive, requests, found } = await ownWays(({ target }) =>
      target.endsWith('/studies') ? httpAnswer(200, stored) : httpAnswer(status),
    );
    for (let i = 0; i < 2; i += 1)
      expect(await archive.store(STUDY, objects)).toMatchObject([{ stored: true }]);
    expect(requests.map(({ target }) => target.replace('/dicom-web', ''))).toEqual([
      `/studies/${STUDY}`,
      '/studies',
      '/studies',
    ]);
    expect(found).toEqual(['store-without-study']);
  });

  test('refused at both: what the study’s own address said', async () => {
    const { archive, found } = await ownWays(({ target }) =>
      httpAnswer(target.endsWith('/studies') ? 405 : 404),
    );
    await expect(archive.store(STUDY, objects)).rejects.toMatchObject({ status: 404, retryable: false });
    expect(found).toEqual([]);
  });

  test.each([
    [201, ''],
    [204, ''],
    [200, ''],
    [202, ''],
    [200, '<NativeDicomModel/>'],
  ])(
    'HTTP %i with %j says nothing: not stored for all that is known, and not refused',
    async (status, body) => {
      const { archive, found } = await ownWays(() =>
        status === 204 ? Buffer.from('HTTP/1.1 204 Scripted\r\n\r\n') : httpAnswer(status, body),
      );
      expect(await archive.store(STUDY, objects)).toMatchObject([{ stored: false, refused: false }]);
      expect(found).toEqual(['store-tells-nothing']);
    },
  );

  test('201 with results', async () => {
    const { archive } = await ownWays(() => httpAnswer(201, stored));
    expect(await archive.store(STUDY, objects)).toMatchObject([{ stored: true }]);
  });
});
