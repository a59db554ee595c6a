import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { convert, rsnaImageBytes } from '../../dicom/image/image.fixture.ts';
import { type Instance, readInstance } from '../../dicom/image/read-instance.ts';
import { isUid } from '../../domain/uid.ts';
import { decodeFrame } from '../../pixels/decode-frame.ts';
import { encodedFrames } from '../../pixels/encoded-frame.ts';
import { selectSeries } from '../../series/select-series.ts';
import { type ImportSummary, importRsna } from './import-rsna.ts';
import { importRsnaCommand } from './import-rsna-command.ts';

const STUDY = '1002894806';
/** Series number → what the challenge's files say of it; 8 slices each. */
const SERIES = {
  '801316590': { description: 'T2', orientation: [0, 1, 0, 0, 0, -1], normalAxis: 0 },
  '866293114': { description: 'T1', orientation: [0, 1, 0, 0, 0, -1], normalAxis: 0 },
  '1252873726': { description: 'T2', orientation: [1, 0, 0, 0, 1, 0], normalAxis: 2 },
};
const INSTANCES = [1, 2, 3, 4, 5, 6, 8, 10];
const SIZE = 160;

let root: string;
let challenge: string;
let out: string;
let summary: ImportSummary;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'import-rsna-'));
  challenge = join(root, 'challenge');
  for (const [series, { description, orientation, normalAxis }] of Object.entries(SERIES)) {
    const folder = join(challenge, STUDY, series);
    mkdirSync(folder, { recursive: true });
    for (const instance of INSTANCES) {
      const positionMm = [-80.123456789, -90, -100];
      positionMm[normalAxis] = 4 * instance;
      const image = { study: STUDY, series, instance, description, size: SIZE, positionMm, orientation };
      const plain = rsnaImageBytes(image);
      // One series stays uncompressed; the challenge's own are RLE Lossless.
      writeFileSync(
        join(folder, `${instance}.dcm`),
        description === 'T1' ? plain : convert(plain, 'dcmcrle'),
      );
    }
  }
  out = join(root, 'out');
  summary = await importRsna(challenge, out);
});

afterAll(() => rmSync(root, { recursive: true }));

const files = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.dcm'))
    .sort();
const read = (folder: string, name: string) => readInstance(readFileSync(join(folder, name)));

describe('the images written', () => {
  test('have no error to dciodvfy, one by one, and agree with one another to dcentvfy', () => {
    for (const name of files(out)) {
      // dciodvfy reports on stderr and exits with 1 on an error.
      const report = execFileSync('sh', ['-c', 'dciodvfy -new "$0" 2>&1', join(out, name)], {
        encoding: 'utf8',
      });
      expect(report, name).not.toMatch(/^Error/m);
      expect(report, name).toMatch(/^MRImage$/m);
    }
    const all = files(out).map((name) => join(out, name));
    expect(execFileSync('sh', ['-c', 'dcentvfy "$@" 2>&1', 'sh', ...all], { encoding: 'utf8' })).toBe('');
  });

  test('have UIDs of their own, well formed, one frame of reference, and keep their series together', () => {
    const headers = files(out).map((name) => read(out, name).header);
    expect(headers).toHaveLength(24);
    expect(new Set(headers.map((header) => header.sopInstanceUid)).size).toBe(24);
    expect(new Set(headers.map((header) => header.seriesInstanceUid)).size).toBe(3);
    expect(new Set(headers.map((header) => header.studyInstanceUid)).size).toBe(1);
    expect(new Set(headers.map((header) => header.frameOfReferenceUid)).size).toBe(1);
    expect(headers.every((header) => isUid(header.sopInstanceUid) && isUid(header.seriesInstanceUid))).toBe(
      true,
    );
  });

  test('keep geometry, instance number and pixels, the compressed ones bit for bit', async () => {
    const decodePixels = (instance: Instance) => decodeFrame(encodedFrames(instance)[0]!);
    for (const name of files(out)) {
      const source = readFileSync(join(challenge, name));
      const written = read(out, name);
      const compressed = !name.includes('866293114');
      expect(written.pixels.kind).toBe(compressed ? 'encapsulated' : 'native');
      if (written.pixels.kind === 'encapsulated') {
        expect(source.includes(Buffer.from(written.pixels.fragments[0]!))).toBe(true);
        const decoded = readInstance(convert(readFileSync(join(out, name)), 'dcmdrle'));
        expect(await decodePixels(written)).toEqual(await decodePixels(decoded));
      }
      const instance = Number(/(\d+)\.dcm$/.exec(name)![1]);
      const expected = Float32Array.from({ length: SIZE * SIZE }, (_, index) => (index * instance) % 4096);
      expect(await decodePixels(written)).toEqual(expected);
      expect(written.header.instanceNumber).toBe(instance);
      expect(written.header.pixelSpacingMm).toEqual([1.2, 1.2]);
      expect(written.header.imagePositionMm).toContain(4 * instance);
      expect(written.header.imagePositionMm).toContain(-90);
    }
  });

  test('get the three roles', () => {
    const bySeries = Map.groupBy(
      files(out).map((name) => read(out, name).header),
      (header) => header.seriesInstanceUid,
    );
    const candidates = [...bySeries].map(([seriesInstanceUid, headers]) => {
      const { seriesNumber, modality } = headers[0]!;
      return { seriesInstanceUid, seriesNumber, modality, instanceCount: headers.length, headers };
    });
    const { missing, chosen } = selectSeries(candidates, ['sagittal-t1', 'sagittal-t2', 'axial-t2']);
    expect(missing).toEqual([]);
    const uidOf = (seriesId: string) =>
      summary.studies[0]!.series.find((series) => series.seriesId === seriesId)!.seriesInstanceUid;
    expect([...chosen].map(([role, series]) => [role, series[0]!.seriesInstanceUid])).toEqual([
      ['sagittal-t1', uidOf('866293114')],
      ['sagittal-t2', uidOf('801316590')],
      ['axial-t2', uidOf('1252873726')],
    ]);
  });
});

describe('the mapping and repetition', () => {
  test('import.json leads from the challenge’s numbers to the UIDs written', () => {
    const mapping = JSON.parse(readFileSync(join(out, 'import.json'), 'utf8')) as ImportSummary;
    expect(mapping).toEqual(summary);
    for (const { seriesId, seriesInstanceUid, instances } of mapping.studies[0]!.series) {
      expect(Object.keys(instances)).toEqual(INSTANCES.map(String));
      for (const [instance, uid] of Object.entries(instances)) {
        const { header } = read(out, join(STUDY, seriesId, `${instance}.dcm`));
        expect(header.sopInstanceUid).toBe(uid);
        expect(header.seriesInstanceUid).toBe(seriesInstanceUid);
      }
    }
  });

  test('the study folder alone, or a second run, writes the same bytes', async () => {
    const again = join(root, 'again');
    expect(await importRsna(join(challenge, STUDY), again)).toEqual(summary);
    await importRsna(challenge, out);
    for (const name of [...files(out), 'import.json']) {
      expect(readFileSync(join(again, name)).equals(readFileSync(join(out, name))), name).toBe(true);
    }
  });

  test('the challenge’s own download, images under train_images and descriptions beside, is understood', async () => {
    const download = join(root, 'download');
    const series = join(download, 'train_images', STUDY, '866293114');
    mkdirSync(series, { recursive: true });
    writeFileSync(join(series, '1.dcm'), readFileSync(join(challenge, STUDY, '866293114', '1.dcm')));
    writeFileSync(
      join(download, 'train_series_descriptions.csv'),
      `study_id,series_id,series_description\r\n${STUDY},866293114,Sagittal T1\r\n`,
    );
    const described = join(root, 'described');
    await importRsna(download, described, { studyDate: '20240229' });
    const [file] = files(described);
    expect(read(described, file!).header.seriesDescription).toBe('Sagittal T1');
    expect(
      execFileSync('dcmdump', ['+P', '0008,0020', join(described, file!)], { encoding: 'utf8' }),
    ).toContain('[20240229]');
  });
});

describe('the command', () => {
  async function run(...args: readonly string[]) {
    const error = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    try {
      const code = await importRsnaCommand(args);
      return { code, error: error.mock.calls.join(''), log: log.mock.calls.join('\n') };
    } finally {
      error.mockRestore();
      log.mockRestore();
    }
  }

  test('says what it wrote', async () => {
    const { code, log } = await run(challenge, '--out', join(root, 'by-command'));
    expect(code).toBe(0);
    expect(log).toContain(
      `${STUDY}: 3 series, 24 images, StudyInstanceUID ${summary.studies[0]!.studyInstanceUid}`,
    );
  });

  test.each([
    [[]],
    [['somewhere']],
    [['--out', 'there']],
    [['a', 'b', '--out', 'c']],
    [['a', '--out', 'b', '--no']],
  ])('misuse %j: usage and exit code 2', async (args) => {
    const { code, error } = await run(...args);
    expect(code).toBe(2);
    expect(error).toContain('usage: import-rsna FOLDER --out FOLDER');
  });

  test('a folder that is none, one in another layout, and a bad date are told apart', async () => {
    const target = join(root, 'never');
    mkdirSync(join(root, 'photos', 'summer'), { recursive: true });
    expect(await run(join(root, 'absent'), '--out', target)).toMatchObject({
      code: 1,
      error: `import-rsna: ${join(root, 'absent')} is not a folder\n`,
    });
    const layout = await run(join(root, 'photos'), '--out', target);
    expect(layout.code).toBe(1);
    expect(layout.error).toContain('is not laid out as <study>/<series>/<instance>.dcm');
    for (const date of ['2024-01-01', '20240230', '20241301', '']) {
      expect(await run(challenge, '--out', target, '--study-date', date)).toMatchObject({
        code: 1,
        error: 'import-rsna: the study date is not a date of the form YYYYMMDD\n',
      });
    }
    expect(() => readdirSync(target)).toThrow('ENOENT');
  });

  test('the originals are never overwritten, and a folder that cannot be written is named', async () => {
    for (const folder of [challenge, join(challenge, STUDY)]) {
      const { code, error } = await run(folder, '--out', challenge);
      expect(code).toBe(1);
      expect(error).toBe(`import-rsna: ${join(challenge, STUDY)} would be overwritten\n`);
    }
    const blocked = join(root, 'a-file');
    writeFileSync(blocked, '');
    const { code, error } = await run(challenge, '--out', blocked);
    expect(code).toBe(1);
    expect(error).toContain(blocked);
  });

  test('a file that is no DICOM is named', async () => {
    const folder = join(root, 'broken', '77', '88');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '1.dcm'), 'not DICOM');
    const { code, error } = await run(join(root, 'broken'), '--out', join(root, 'never-either'));
    expect(code).toBe(1);
    expect(error).toContain(join(folder, '1.dcm'));
  });
});
