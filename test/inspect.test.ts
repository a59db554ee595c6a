import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Inspection } from '../src/cli/inspection.ts';
import { phantomEnhancedDicom } from '../src/phantom/dicom/enhanced/phantom-enhanced-dicom.ts';
import { phantomDicom } from '../src/phantom/dicom/phantom-dicom.ts';
import type { PhantomInstance } from '../src/phantom/dicom/phantom-instance.ts';
import { phantomStudy } from '../src/phantom/phantom-study.ts';
import { element, withAttributes } from './support/alter-image.ts';
import { storeAll } from './support/archive-client.ts';
import { ofFewerPixels } from './support/phantom-objects.ts';
import { startTestSite, type TestSite } from './support/test-site.ts';

const WHEN = { studyDate: '20240131', studyTime: '101500' };
/** Nothing is graded here. */
const study = phantomStudy(31, { window: ofFewerPixels });

let site: TestSite;
let objects: readonly PhantomInstance[];

beforeAll(async () => {
  site = await startTestSite();
  objects = phantomDicom(study, WHEN);
}, 120_000);
afterAll(() => site?.close());

function folderOf(name: string, files: readonly Uint8Array[]): string {
  const folder = join(site.folder, name, 'images');
  mkdirSync(folder, { recursive: true });
  files.forEach((bytes, index) => {
    writeFileSync(join(folder, `${index}.dcm`), bytes);
  });
  writeFileSync(join(site.folder, name, 'notes.txt'), 'not DICOM');
  return join(site.folder, name);
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function inspect(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['src/cli/main.ts', 'inspect', ...args],
      { env: { PATH: process.env['PATH'], ...env } },
      (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}
const seen = ({ out }: Ran) => JSON.parse(out) as readonly Inspection[];

describe('a folder', () => {
  test('of a whole study: exit code 0, every series with its role and the evidence', async () => {
    const folder = folderOf(
      'whole',
      objects.map(({ bytes }) => bytes),
    );
    const ran = await inspect([folder, '--json']);
    expect(ran).toMatchObject({ code: 0, err: '' });
    const [found] = seen(ran);
    expect(found).toMatchObject({ studyInstanceUid: study.studyInstanceUid, analysable: true, reasons: [] });
    expect(found!.series.map(({ role, chosen }) => `${role} ${chosen}`).sort()).toEqual([
      'axial-t2 true',
      'sagittal-t1 true',
      'sagittal-t2 true',
    ]);
    const text = await inspect([folder]);
    expect(text.code).toBe(0);
    expect(text.out).toContain(': can be analysed');
    expect(text.out).toMatch(
      /series 3, MR, 18 objects: sagittal-t1, chosen\n.*\n {4}- sagittal by orientation/,
    );
  }, 120_000);

  test('without sagittal T2: exit code 3, and why', async () => {
    const folder = folderOf(
      'no-t2',
      objects.filter(({ role }) => role !== 'sagittal-t2').map(({ bytes }) => bytes),
    );
    const ran = await inspect([folder]);
    expect(ran.code).toBe(3);
    expect(ran.out).toContain('cannot be analysed\n  - no series qualifies as sagittal T2\n');
  }, 120_000);

  test('with an image cut off: exit code 3, the file named, and what is wrong with it', async () => {
    const cut = objects.map(({ bytes }, index) =>
      index === 3 ? bytes.subarray(0, bytes.length - 900) : bytes,
    );
    const ran = await inspect([folderOf('cut', cut), '--json']);
    expect(ran.code).toBe(3);
    expect(seen(ran)[0]!.reasons.join()).toMatch(/images[\\/]3\.dcm: .*\(7FE0,0010\)/);
  }, 120_000);

  test('of compressed images that do not decode: exit code 3', async () => {
    const broken = phantomDicom(study, WHEN, (dataSet, { role, index }) =>
      role === 'sagittal-t2' && index === 9
        ? withAttributes(dataSet, { '00280101': element('US', 17) })
        : dataSet,
    );
    const ran = await inspect([
      folderOf(
        'bits',
        broken.map(({ bytes }) => bytes),
      ),
    ]);
    expect(ran.code).toBe(3);
    expect(ran.out).toMatch(/ {2}- SOP instance 2\.25\.\d+: .*\(0028,0101\)/);
  }, 120_000);

  test('without DICOM: exit code 3', async () => {
    const ran = await inspect([folderOf('empty', [])]);
    expect(ran).toMatchObject({ code: 3 });
    expect(ran.out).toContain('there is no DICOM file in the folder');
  });

  test('of links: files are read through them, what cannot be read is named, the rest passed over', async () => {
    const folder = folderOf(
      'linked',
      objects.slice(1).map(({ bytes }) => bytes),
    );
    writeFileSync(join(site.folder, 'elsewhere'), objects[0]!.bytes);
    symlinkSync(join(site.folder, 'elsewhere'), join(folder, 'first'));
    symlinkSync('images', join(folder, 'folder.dcm'));
    symlinkSync('nowhere', join(folder, 'notes'));
    const whole = await inspect([folder, '--json']);
    expect(whole).toMatchObject({ code: 0, err: '' });
    const counts = seen(whole)[0]!.series.map(({ instanceCount }) => instanceCount);
    expect(counts.reduce((a, b) => a + b)).toBe(objects.length);
    symlinkSync('round.dcm', join(folder, 'round.dcm'));
    symlinkSync('nowhere', join(folder, 'lost.dcm'));
    const ran = await inspect([folder, '--json']);
    expect(ran).toMatchObject({ code: 3, err: '' });
    expect(seen(ran)[0]!.reasons).toEqual([
      'lost.dcm: cannot be read (ENOENT)',
      'round.dcm: cannot be read (ELOOP)',
    ]);
  }, 120_000);

  test('a reader that has seen enough changes nothing of the exit code', async () => {
    const folder = folderOf('ignored', []);
    const script = '"$0" src/cli/main.ts inspect "$1" --json | true; echo "$PIPESTATUS"';
    const ran = await new Promise<string>((resolve) => {
      execFile('bash', ['-c', script, process.execPath, folder], (_, out, err) => resolve(out + err));
    });
    expect(ran).toBe('3\n');
  });

  test.each([
    ['STUDY_MAX_IMAGES', '70', '76 MR images are more than the limit of 70 a study'],
    ['STUDY_MAX_MIB', '1', 'more than the limit of 1.0 MiB a study'],
    ['STUDY_MAX_FRAME_PIXELS', '1000', 'images of more pixels than the limit of 1000 a frame'],
  ])(
    'beyond %s: exit code 3, the limit named',
    async (name, value, words) => {
      const folder = folderOf(
        name,
        objects.map(({ bytes }) => bytes),
      );
      const ran = await inspect([folder], { [name]: value });
      expect(ran.code).toBe(3);
      const said = words.replace('76 MR', `${objects.length} MR`);
      expect(ran.out).toContain(said);
    },
    120_000,
  );
});

describe('rules of a site', () => {
  const rulesFile = (rules: readonly object[]) => {
    const path = join(site.folder, `rules-${Math.random()}.json`);
    writeFileSync(path, JSON.stringify({ rules }));
    return path;
  };

  test('turn a series down, give another its role, and are named in the reasons', async () => {
    const folder = folderOf(
      'rules',
      objects.map(({ bytes }) => bytes),
    );
    const rules = rulesFile([
      { name: 'no turbo axials', when: { SeriesDescription: { matches: '^ax' } }, refuse: true },
      { name: 'our T1 is T2', when: { EchoTime: { atMost: 20 } }, role: 'sagittal-t2' },
    ]);
    for (const ran of [
      await inspect([folder, '--json', '--rules', rules]),
      await inspect([folder, '--json'], { SERIES_RULES_FILE: rules }),
    ]) {
      expect(ran.code).toBe(0);
      const bySeries = new Map(seen(ran)[0]!.series.map((series) => [series.seriesNumber, series]));
      expect(bySeries.get(4)).toMatchObject({ role: null, chosen: false });
      expect(bySeries.get(4)!.reasons.join()).toContain(
        'rule "no turbo axials" of this site turns them down',
      );
      expect(bySeries.get(3)).toMatchObject({ role: 'sagittal-t2', chosen: true });
      expect(bySeries.get(3)!.reasons.join()).toContain('rule "our T1 is T2" of this site gives it the role');
      expect(bySeries.get(2)!.reasons.at(-1)).toContain(
        'series number 3 was preferred because a rule of this site gives it that role',
      );
    }
  }, 120_000);

  test('cannot give a role to images of another plane', async () => {
    const folder = folderOf(
      'plane',
      objects.map(({ bytes }) => bytes),
    );
    const rules = rulesFile([{ name: 'upside down', when: { SeriesNumber: 4 }, role: 'sagittal-t2' }]);
    const [found] = seen(await inspect([folder, '--json', '--rules', rules]));
    const axial = found!.series.find(({ seriesNumber }) => seriesNumber === 4)!;
    expect(axial.role).toBeNull();
    expect(axial.reasons.join()).toContain('its images are axial, so that it cannot have that role');
  }, 120_000);

  test('that are wrong: exit code 2, every problem named', async () => {
    const rules = rulesFile([
      { name: 'a', when: { EchoTme: 3 }, refuse: true },
      { name: 'b', when: { PatientID: 'x' }, refuse: true },
    ]);
    const ran = await inspect([site.folder, '--rules', rules]);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toContain(
      'SERIES_RULES_FILE: /rules/0/when/EchoTme is no DICOM keyword or tag: is EchoTime meant?',
    );
    expect(ran.err).toContain('SERIES_RULES_FILE: /rules/1/when/PatientID cannot be tested');
  });
});

describe('misuse has exit code 2', () => {
  test.each([
    ['nothing named', []],
    ['two folders', ['.', '.']],
    ['an unknown option', ['.', '--loud']],
    ['neither a folder nor a UID', ['no-such-folder']],
    ['a file', ['package.json']],
    ['a path through a file', ['package.json/study']],
    ['a study and no PACS', ['1.2.3']],
  ])('%s', async (_, args) => {
    const ran = await inspect(args);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toMatch(/^inspect: /);
  });
});

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
