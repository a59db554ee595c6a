import { describe, expect, test } from 'vitest';
import { dicomWebArchive } from '../src/dicomweb/dicomweb-archive.ts';
import type { StudyInstanceUid } from '../src/domain/uid.ts';
import { archiveAt, SERIES, STUDY } from './support/scripted-archive.ts';
import { httpAnswer } from './support/scripted-server.ts';

describe('what is sent', () => {
  test('authorization and headers go with every request, and the path has only UIDs', async () => {
    const { archive, requests } = await archiveAt((_, socket) => socket.write(httpAnswer(200, '[]')), {
      authorization: { kind: 'basic', username: 'üser', password: 'pa:ss' },
      headers: () => ({ 'X-Site': 'north' }),
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
