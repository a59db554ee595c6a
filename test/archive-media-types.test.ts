import { describe, expect, test } from 'vitest';
import { ownWays, uidsOf, WHEN } from './support/archive-own-ways.ts';
import { INSTANCE, jsonAnswer, SERIES, STUDY, studyRow } from './support/scripted-archive.ts';
import { httpAnswer, type ScriptedRequest } from './support/scripted-server.ts';

describe('media types', () => {
  const known: [string, string, (accept: string) => Buffer][] = [
    ['406 for application/dicom+json', 'application/json', () => httpAnswer(406)],
    ['415 for application/dicom+json', 'application/json', () => httpAnswer(415)],
    [
      'XML whatever is asked for but application/json',
      'application/json',
      () =>
        httpAnswer(200, '<NativeDicomModel/>', {
          'Content-Type': 'multipart/related; type="application/dicom+xml"',
        }),
    ],
    ['406 for any but */*', '*/*', () => httpAnswer(406)],
  ];
  test.each(known)('%s', async (_, taken, refuse) => {
    const { archive, requests, found } = await ownWays((request) => {
      const accept = request.headers['accept']!;
      return accept === taken
        ? jsonAnswer([studyRow('1.1')], { 'Content-Type': 'application/json' })
        : refuse(accept);
    });
    expect(uidsOf(await archive.findStudies(WHEN))).toEqual(['1.1']);
    expect(found).toEqual(['json-type-refused']);
    const before = requests.length;
    await archive.seriesMetadata(STUDY, SERIES);
    expect(requests.slice(before).map(({ headers }) => headers['accept'])).toEqual([taken]);
  });

  test('XML and nothing else: said so, and not tried for ever', async () => {
    const { archive, requests } = await ownWays(() =>
      httpAnswer(200, '<a/>', { 'Content-Type': 'application/dicom+xml' }),
    );
    await expect(archive.seriesMetadata(STUDY, SERIES)).rejects.toMatchObject({
      message: 'series metadata: the answer is XML, not DICOM JSON',
      retryable: false,
    });
    expect(requests).toHaveLength(3);
  });

  const PART = '--b\r\nContent-Type: application/dicom\r\n\r\none\r\n--b--';
  const dicom = () =>
    httpAnswer(200, PART, { 'Content-Type': 'multipart/related; type="application/dicom"; boundary=b' });
  const wildcard = (request: ScriptedRequest) => request.headers['accept']!.includes('transfer-syntax=*');
  const one = async (archive: Awaited<ReturnType<typeof ownWays>>['archive']) =>
    String(Buffer.from((await archive.retrieveInstance(STUDY, SERIES, INSTANCE)) ?? []));

  test.each([400, 406, 415, 501])(
    'transfer-syntax=* refused with %i: not asked for again',
    async (status) => {
      const { archive, requests, found } = await ownWays((request) =>
        wildcard(request) ? httpAnswer(status) : dicom(),
      );
      for (let i = 0; i < 3; i += 1) expect(await one(archive)).toBe('one');
      expect(requests.filter(wildcard)).toHaveLength(1);
      expect(found).toEqual(['stored-syntax-refused']);
    },
  );

  test('500 for transfer-syntax=*, which goes for some objects alone: the next is asked for as it is stored', async () => {
    const { archive, requests, found } = await ownWays((request) =>
      wildcard(request) ? httpAnswer(500) : dicom(),
    );
    for (let i = 0; i < 3; i += 1) expect(await one(archive)).toBe('one');
    expect(requests.filter(wildcard)).toHaveLength(3);
    expect(found).toEqual(['stored-syntax-refused']);
  });

  test('any type but an image of the screen refused: neither taken nor remembered', async () => {
    let whole = false;
    const { archive } = await ownWays((request) => {
      if (whole) return dicom();
      return request.headers['accept'] === '*/*'
        ? httpAnswer(200, 'x', { 'Content-Type': 'image/jpeg' })
        : httpAnswer(406);
    });
    await expect(one(archive)).rejects.toMatchObject({ status: 406 });
    whole = true;
    expect(await one(archive)).toBe('one');
  });
});
