import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { convert, element, imageBytes } from '../src/dicom/image/image.fixture.ts';
import { readInstance } from '../src/dicom/image/read-instance.ts';
import { dicomWebArchive } from '../src/dicomweb/dicomweb-archive.ts';
import type { SeriesInstanceUid, StudyInstanceUid } from '../src/domain/uid.ts';
import { decodeFrame } from '../src/pixels/decode-frame.ts';
import { encodedFrames } from '../src/pixels/encoded-frame.ts';
import { httpAnswer, scriptedServer } from './support/scripted-server.ts';
import { startTestSite, type TestSite } from './support/test-site.ts';

const [STUDY, SERIES] = ['2.25.1' as StudyInstanceUid, '2.25.2' as SeriesInstanceUid];
const [ROWS, COLUMNS] = [64, 48];
const CELLS = Uint16Array.from({ length: ROWS * COLUMNS }, (_, i) => (i * 37) % 4096);

const plain = (uid: string) =>
  imageBytes({
    '00080018': element('UI', uid),
    '00280010': element('US', ROWS),
    '00280011': element('US', COLUMNS),
    '00280101': element('US', 12),
    '00280102': element('US', 11),
    '7FE00010': element('OW', CELLS.buffer),
  });

const STORED = (
  [
    ['dcmconv', '+ti'],
    ['dcmconv', '+tb'],
    ['dcmconv', '+td'],
    ['dcmcrle'],
    ['dcmcjpeg', '+el'],
    ['dcmcjpeg', '+e1'],
    ['dcmcjpls', '+el'],
    ['gdcmconv', '--j2k'],
  ] as const
).map(([command, ...args], i) => convert(plain(`2.25.3.${i + 1}`), command, ...args));

const decoded = (bytes: Uint8Array) => decodeFrame(encodedFrames(readInstance(bytes))[0]!);

describe('an Orthanc that holds every syntax', () => {
  let site: TestSite;

  beforeAll(async () => {
    site = await startTestSite();
    const objects = STORED.map((bytes) => ({
      sopInstanceUid: readInstance(bytes).header.sopInstanceUid,
      bytes,
    }));
    for (const result of await site.archive.store(STUDY, objects))
      expect(result).toMatchObject({ stored: true });
  });

  afterAll(() => site?.close());

  test('gives each image as it is stored, and each is decoded', async () => {
    const expected = new Map(
      STORED.map((bytes) => {
        const { header, transferSyntaxUid } = readInstance(bytes);
        return [header.sopInstanceUid, transferSyntaxUid];
      }),
    );
    const seen = new Map<string, string>();
    for await (const bytes of site.archive.retrieveSeries(STUDY, SERIES)) {
      const { header, transferSyntaxUid } = readInstance(bytes);
      seen.set(header.sopInstanceUid, transferSyntaxUid);
      expect(await decoded(bytes)).toEqual(Float32Array.from(CELLS));
    }
    expect(seen).toEqual(expected);
  });

  test('would fail where it is not asked for what it stores', async () => {
    const url = `${site.orthanc.dicomWebUrl}/studies/${STUDY}/series/${SERIES}`;
    const headers = { accept: 'multipart/related; type="application/dicom"' };
    const complete = await fetch(url, { headers }).then(async (answer) => {
      const parts = (await answer.text()).split('DICM').length - 1;
      return answer.status === 200 && parts === STORED.length;
    });
    expect(complete).toBe(false);
  });
});

test.each([400, 406, 415, 501])(
  'an archive that refuses the wildcard (%i) is asked for its default',
  async (status) => {
    const body = Buffer.concat([
      Buffer.from('--b\r\nContent-Type: application/dicom\r\n\r\n'),
      plain('2.25.3'),
      Buffer.from('\r\n--b--\r\n'),
    ]);
    const server = await scriptedServer(({ headers }, socket) => {
      const wildcard = headers['accept']?.includes('transfer-syntax=*');
      const type = { 'Content-Type': 'multipart/related; type="application/dicom"; boundary=b' };
      socket.write(wildcard ? httpAnswer(status, 'no') : httpAnswer(200, body, type));
    });
    const archive = dicomWebArchive({ url: server.url });
    try {
      const images: Uint8Array[] = [];
      for await (const bytes of archive.retrieveSeries(STUDY, SERIES)) images.push(bytes);
      expect(await Promise.all(images.map(decoded))).toEqual([Float32Array.from(CELLS)]);
      expect(server.requests.map(({ headers }) => headers['accept'])).toEqual([
        'multipart/related; type="application/dicom"; transfer-syntax=*',
        'multipart/related; type="application/dicom"',
      ]);
    } finally {
      await archive.close();
      await server.close();
    }
  },
);
