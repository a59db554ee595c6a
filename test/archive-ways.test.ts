import { describe, expect, test } from 'vitest';
import type { CodeOf } from '../src/domain/catalogue.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../src/domain/uid.ts';
import { archiveAt, counted, jsonAnswer, parameters, studyRow } from './support/scripted-archive.ts';
import { httpAnswer, type ScriptedRequest } from './support/scripted-server.ts';

const STUDY = '1.2.3' as StudyInstanceUid;
const SERIES = '1.2.3.4' as SeriesInstanceUid;
const INSTANCE = '1.2.3.4.5' as SopInstanceUid;
const WHEN = { studyDate: { from: '20240101', to: '20240131' } };
const UIDS = Array.from({ length: 7 }, (_, i) => `1.9.${i}`);

/** An archive, and the ways that were found out of it, in order. */
async function ownWays(answer: (request: ScriptedRequest) => Buffer, pageSize = 200) {
  const found: CodeOf<'archive-way'>[] = [];
  const odd: string[] = [];
  const { archive, requests } = await archiveAt((request, socket) => void socket.write(answer(request)), {
    pageSize,
    onWay: (way) => found.push(way),
    onPassedOver: (code, _, where) => odd.push(`${code} ${where}`),
  });
  return { archive, requests, found, odd };
}

/** The rows of a page; `more` of every row. */
function pageOf(request: ScriptedRequest, uids: readonly string[] = UIDS, more: object = {}): Buffer {
  const asked = parameters(request);
  const offset = Number(asked.get('offset') ?? 0);
  const rows = uids.slice(offset, offset + Number(asked.get('limit')));
  return jsonAnswer(rows.map((uid) => studyRow(uid, more)));
}

const uidsOf = (studies: readonly { studyInstanceUid: string }[]) =>
  studies.map(({ studyInstanceUid }) => studyInstanceUid).toSorted();

describe('queries in a shape that the archive takes', () => {
  test.each([400, 422, 501, 500])('includefield refused with %i', async (status) => {
    const { archive, requests, found } = await ownWays((request) =>
      parameters(request).has('includefield') ? httpAnswer(status) : pageOf(request),
    );
    expect(uidsOf(await archive.findStudies(WHEN))).toEqual(UIDS);
    expect(found).toEqual(['includefield-refused']);
    const before = requests.length;
    await archive.findStudies(WHEN);
    const later = requests.slice(before);
    expect(later.some((request) => parameters(request).has('includefield'))).toBe(false);
    // What was refused alone is left out.
    expect(later.every((request) => parameters(request).get('ModalitiesInStudy') === 'MR')).toBe(true);
    expect(found).toHaveLength(1);
  });

  test.each([400, 413, 500])('a limit above 25 refused with %i', async (status) => {
    const many = Array.from({ length: 60 }, (_, i) => `1.9.${100 + i}`);
    const { archive, found, odd } = await ownWays((request) =>
      Number(parameters(request).get('limit')) > 25 ? httpAnswer(status) : pageOf(request, many),
    );
    expect(uidsOf(await archive.findStudies(WHEN))).toEqual(many);
    expect([found, odd]).toEqual([['page-size-refused'], []]);
  });

  test('includefield, filter and large limits all refused', async () => {
    const { archive, found } = await ownWays((request) => {
      const asked = parameters(request);
      const refused =
        asked.has('includefield') || asked.has('ModalitiesInStudy') || Number(asked.get('limit')) > 10;
      return refused ? httpAnswer(400) : pageOf(request);
    });
    expect(uidsOf(await archive.findStudies(WHEN))).toEqual(UIDS);
    expect(found.toSorted()).toEqual([
      'includefield-refused',
      'modality-filter-refused',
      'offset-refused',
      'page-size-refused',
    ]);
  });

  test('offset=0 refused', async () => {
    const { archive, found } = await ownWays((request) =>
      parameters(request).get('offset') === '0' ? httpAnswer(400) : pageOf(request),
    );
    expect(uidsOf(await archive.findStudies(WHEN))).toEqual(UIDS);
    expect(found).toEqual(['offset-refused']);
  });

  test('a fault that passed while simpler shapes were tried teaches nothing', async () => {
    const { archive, requests, found } = await ownWays((request) =>
      request.index < 4 ? httpAnswer(500) : pageOf(request),
    );
    expect(uidsOf(await archive.findStudies(WHEN))).toEqual(UIDS);
    expect(found).toEqual([]);
    expect(requests.every((request) => parameters(request).has('includefield') || request.index < 6)).toBe(
      true,
    );
  });

  test('refused in every shape: the first refusal, after a bounded number of requests', async () => {
    const { archive, requests, found } = await ownWays(() => httpAnswer(400));
    await expect(archive.findStudies(WHEN)).rejects.toMatchObject({ status: 400, retryable: false });
    expect(requests.length).toBeLessThan(12);
    expect(found).toEqual([]);
  });

  test('offset ignored: found out once, then asked for more without pages', async () => {
    const { archive, requests, found } = await ownWays((request) => {
      const limit = Number(parameters(request).get('limit'));
      return jsonAnswer(UIDS.slice(0, limit).map((uid) => studyRow(uid)));
    }, 3);
    expect(uidsOf(await archive.findStudies(WHEN))).toEqual(UIDS);
    expect(found).toEqual(['offset-ignored']);
    const before = requests.length;
    expect(uidsOf(await archive.findStudies(WHEN))).toEqual(UIDS);
    const offsets = requests.slice(before).map((request) => parameters(request).get('offset'));
    expect(new Set(offsets)).toEqual(new Set(['0']));
  });

  test('offset ignored and larger limits refused: what is shown, and that it is not all', async () => {
    const { archive, odd } = await ownWays((request) => {
      const limit = Number(parameters(request).get('limit'));
      return limit > 3 ? httpAnswer(400) : jsonAnswer(UIDS.slice(0, limit).map((uid) => studyRow(uid)));
    }, 3);
    for (let poll = 0; poll < 3; poll += 1) {
      expect(uidsOf(await archive.findStudies(WHEN))).toEqual(UIDS.slice(0, 3));
    }
    expect(odd).toEqual(['rows-not-shown find studies: pages repeat, larger ones are refused']);
  });

  test('nothing on the wire needs percent-encoding', async () => {
    const { archive, requests } = await ownWays((request) => pageOf(request));
    await archive.findStudies(WHEN);
    await archive.findSeries(STUDY);
    await archive.ping();
    expect(requests.length).toBeGreaterThan(3);
    for (const { target } of requests) expect(target).toMatch(/^[\w\-./?=&]+$/);
  });
});

describe('404 where nothing matches', () => {
  test('after the last page', async () => {
    const { archive } = await ownWays((request) =>
      Number(parameters(request).get('offset')) >= 7 ? httpAnswer(404) : pageOf(request),
    );
    expect(uidsOf(await archive.findStudies(WHEN))).toEqual(UIDS);
  });

  test('of a day without studies, while the archive does answer', async () => {
    const { archive, found } = await ownWays((request) =>
      parameters(request).has('StudyDate') ? httpAnswer(404) : pageOf(request),
    );
    expect(await archive.findStudies(WHEN)).toEqual([]);
    expect(found).toEqual(['empty-page-not-found']);
  });

  test('of everything: an empty archive, or a wrong address, which is told once', async () => {
    const { archive, found } = await ownWays(() => httpAnswer(404));
    for (let poll = 0; poll < 3; poll += 1) expect(await archive.findStudies(WHEN)).toEqual([]);
    expect(found).toEqual(['nothing-found-anywhere']);
    // Who asks whether the archive can be asked is told what it says.
    await expect(archive.ping()).rejects.toMatchObject({ status: 404, message: 'ping: HTTP 404' });
  });

  test('of everything until the first study arrives, and after it', async () => {
    let stored: readonly string[] = [];
    const { archive, found } = await ownWays((request) => {
      const offset = Number(parameters(request).get('offset') ?? 0);
      return offset < stored.length ? pageOf(request, stored) : httpAnswer(404);
    });
    expect(await archive.findStudies(WHEN)).toEqual([]);
    stored = UIDS;
    expect(uidsOf(await archive.findStudies(WHEN))).toEqual(UIDS);
    await archive.ping();
    expect(found).toEqual(['nothing-found-anywhere']);
  });

  test('of everything, by an archive that had studies: its address is wrong now, and a poll fails', async () => {
    let moved = false;
    const { archive, found } = await ownWays((request) => (moved ? httpAnswer(404) : pageOf(request)));
    expect(uidsOf(await archive.findStudies(WHEN))).toEqual(UIDS);
    moved = true;
    await expect(archive.findStudies(WHEN)).rejects.toMatchObject({
      status: 404,
      message: 'find studies: HTTP 404',
    });
    expect(found).toEqual([]);
  });

  test('of the series of a study: asked again before it is believed', async () => {
    const { archive, requests } = await ownWays(({ index }) =>
      index < 2
        ? httpAnswer(404)
        : jsonAnswer(
            index === 2 ? [{ '0020000E': { vr: 'UI', Value: ['1.7'] }, ...counted('00201209', 4) }] : [],
          ),
    );
    expect(await archive.findSeries(STUDY)).toMatchObject([{ seriesInstanceUid: '1.7', instanceCount: 4 }]);
    const { archive: other } = await ownWays(() => httpAnswer(404));
    expect(await other.findSeries(STUDY)).toEqual([]);
    expect(requests.length).toBeGreaterThan(2);
  });
});

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
