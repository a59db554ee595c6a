import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { encodePart10 } from '../../dicom/part10/encode-part10.ts';
import { objectDifferences } from '../../results/object-differences.ts';
import { copiedStudyContext } from '../../sr/encode/copied-study-context.ts';
import { composeReport } from '../../sr/encode/encode-report.ts';
import { encodeSecondaryCapture } from '../../sr/encode/secondary-capture.ts';
import { reportToCompose } from '../../sr/report.fixture.ts';
import { validateCommand } from './validate.ts';

let folder: string;
let sameImages: string;
let otherImages: string;
let printed: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'validate-'));
  sameImages = await writeImages('same patient', 'PAT-1');
  otherImages = await writeImages('another patient', 'PAT-2');
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  printed = '';
  const collect = (text: string | Uint8Array) => {
    printed += text;
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(collect);
  vi.spyOn(process.stderr, 'write').mockImplementation(collect);
});
afterEach(() => vi.restoreAllMocks());

const report = reportToCompose();

/** The headers of the images a report refers to, for dcentvfy, in the patient named. */
async function writeImages(name: string, patientId: string): Promise<string> {
  const images = join(folder, name);
  await mkdir(images);
  const context = copiedStudyContext(report.studyContext).dataSet;
  for (const [index, { reference }] of report.images.entries()) {
    const image = {
      ...context,
      '00100020': { vr: 'LO', Value: [patientId] },
      '00080016': { vr: 'UI', Value: [reference.sopClassUid] },
      '00080018': { vr: 'UI', Value: [reference.sopInstanceUid] },
      '00080060': { vr: 'CS', Value: ['MR'] },
      '0020000E': { vr: 'UI', Value: [reference.seriesInstanceUid] },
    };
    await writeFile(join(images, `${index}.dcm`), encodePart10(image));
  }
  return images;
}

test('a full report beside its images is clean to all four validators', { timeout: 300_000 }, async () => {
  const file = join(folder, 'report.dcm');
  await writeFile(file, composeReport(report).bytes);
  expect(await validateCommand([file, '--images', sameImages])).toBe(0);
  expect(printed).toBe(
    `${file}\n  dciodvfy: clean\n  dsrdump: clean\n  dcentvfy: clean\n  PixelMed: clean\n`,
  );
});

test('a summary image is clean to dciodvfy, also when an archive has compressed it', async () => {
  const picture = {
    width: 64,
    height: 64,
    samples: new Uint8Array(64 * 64 * 3).map((_, index) => index % 251),
  };
  const sources = report.images.map(({ reference }) => ({ image: reference }));
  const [plain, rle, jpegLs, jpeg2000] = ['plain', 'rle', 'jpeg-ls', 'jpeg-2000'].map((name) =>
    join(folder, `summary-${name}.dcm`),
  ) as [string, string, string, string];
  await writeFile(plain, encodeSecondaryCapture(report, picture, sources, 'summary'));
  const run = promisify(execFile);
  await run('dcmcrle', [plain, rle]);
  await run('dcmcjpls', [plain, jpegLs]);
  await run('gdcmconv', ['--j2k', plain, jpeg2000]);
  const files = [plain, rle, jpegLs, jpeg2000];
  expect(await validateCommand(files)).toBe(0);
  expect(printed).toBe(files.map((file) => `${file}\n  dciodvfy: clean\n`).join(''));
  const sent = await readFile(plain);
  for (const file of files) expect(objectDifferences(sent, await readFile(file))).toEqual([]);
  const turned = { ...picture, samples: picture.samples.toReversed() };
  const other = encodeSecondaryCapture(report, turned, sources, 'summary');
  expect(objectDifferences(sent, other)).toEqual(['PixelData']);
});

test('errors give exit code 1 and are shown', async () => {
  const image = join(otherImages, '0.dcm');
  expect(await validateCommand([image])).toBe(1);
  expect(printed).toMatch(/dciodvfy: \d+ errors/);
  expect(printed).toContain('    Error - ');
  expect(printed).not.toContain('PixelMed');
});

test('an image of another patient is an error of dcentvfy', async () => {
  expect(await validateCommand([join(sameImages, '0.dcm'), '--images', otherImages])).toBe(1);
  expect(printed).toMatch(/dcentvfy: \d+ errors?/);
  expect(printed).toContain('Different PatientID for same StudyInstanceUID');
});

test('what is no DICOM object gives exit code 1', async () => {
  const file = join(folder, 'text.dcm');
  await writeFile(file, 'no DICOM');
  expect(await validateCommand([file])).toBe(1);
  expect(printed).toContain('not a DICOM Part 10 object');
});

test.each([[[]], [['--nonsense']], [['/nonexistent/file.dcm']], [['--images', '/tmp']]])(
  'misuse gives exit code 2 and the usage: %j',
  async (args) => {
    expect(await validateCommand(args)).toBe(2);
    expect(printed).toContain('usage: validate FILE');
  },
);
