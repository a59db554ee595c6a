import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { phantomStudy } from '../src/phantom/phantom-study.ts';
import { storeAll } from './support/archive-client.ts';
import { phantomEnhancedDicom } from './support/enhanced/phantom-enhanced-dicom.ts';
import { inspect, seen } from './support/inspect-command.ts';
import { ofFewerPixels } from './support/phantom-objects.ts';
import { WHEN } from './support/study-folders.ts';
import { startTestSite, type TestSite } from './support/test-site.ts';

/** Nothing is graded here. */
const study = phantomStudy(31, { window: ofFewerPixels });
let site: TestSite;

beforeAll(async () => {
  site = await startTestSite();
}, 120_000);
afterAll(() => site?.close());

describe('a study in the PACS', () => {
  const env = () => ({ PACS_URL: site.orthanc.dicomWebUrl });

  beforeAll(() => storeAll(site.archive, phantomEnhancedDicom(study, WHEN)), 60_000);

  test('of Enhanced MR objects: exit code 0, frames counted as images', async () => {
    const ran = await inspect([study.studyInstanceUid, '--json'], env());
    expect(ran).toMatchObject({ code: 0, err: '' });
    const { series } = seen(ran)[0]!;
    expect(series.every(({ chosen, instanceCount }) => chosen && instanceCount === 1)).toBe(true);
    expect(series.find(({ role }) => role === 'sagittal-t2')!.reasons[0]).toContain('18 slices');
  }, 120_000);

  test.each([
    ['STUDY_MAX_IMAGES', '40', 'MR images are more than the limit of 40 a study'],
    ['STUDY_MAX_MIB', '1', 'one of its objects alone is larger than the limit of 1.0 MiB a study'],
    ['STUDY_MAX_MIB', '3', 'than the limit of 3.0 MiB a study'],
    ['STUDY_MAX_MEMORY_MIB', '1', 'of memory, more than the limit of 1.0 MiB'],
    ['STUDY_MAX_READING_MS', '1', 'reading the study took longer than the limit of 1 ms'],
  ])(
    'beyond %s=%s: exit code 3, the limit named',
    async (name, value, words) => {
      const ran = await inspect([study.studyInstanceUid], { ...env(), [name]: value });
      expect(ran.out).toContain(words);
      expect(ran.code).toBe(3);
    },
    120_000,
  );

  test('that it does not hold, or a PACS that does not answer: exit code 3', async () => {
    const unknown = await inspect(['2.25.123'], env());
    expect(unknown).toMatchObject({ code: 3 });
    expect(unknown.out).toContain(
      `the PACS at ${site.orthanc.dicomWebUrl} (PACS_URL) holds no series of this study`,
    );
    const silent = await inspect(['2.25.123', '--json'], { PACS_URL: 'http://127.0.0.1:9/dicom-web' });
    expect(silent).toMatchObject({ code: 3, err: '' });
    expect(seen(silent)).toEqual([
      {
        studyInstanceUid: '2.25.123',
        analysable: false,
        reasons: [
          'the PACS at http://127.0.0.1:9/dicom-web (PACS_URL) did not answer as it should: find series: ECONNREFUSED',
        ],
        reasonCodes: [null],
        series: [],
      },
    ]);
  }, 60_000);

  test.each([
    [
      '401',
      'find series: HTTP 401: it wants other credentials (PACS_TOKEN, or PACS_USERNAME and PACS_PASSWORD)',
    ],
    ['302', 'find series: HTTP 302'],
    ['501', 'find series: HTTP 501'],
    ['200', 'find series: the answer is not an array of DICOM JSON data sets'],
    ['404', 'holds no series of this study'],
  ])('of a server that is no PACS and says %s: exit code 3, and what to look at', async (status, words) => {
    const server: Server = createServer((_, response) => {
      response.writeHead(Number(status), { 'content-type': 'text/html' }).end('<html>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dicom-web`;
    const ran = await inspect(['2.25.123'], { PACS_URL: url });
    server.close();
    expect(ran).toMatchObject({ code: 3, err: '' });
    expect(ran.out).toContain(`the PACS at ${url} (PACS_URL)`);
    expect(ran.out).toContain(words);
  });
});
