import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { objectDifferences } from '../src/results/object-differences.ts';
import { composeReport } from '../src/sr/encode/encode-report.ts';
import { reportToCompose, STUDY_UID } from '../src/sr/report.fixture.ts';
import { trackingUid } from '../src/sr/tree/measurement-group.ts';
import { readReport } from './support/read-report.ts';

const input = reportToCompose();
const { bytes } = composeReport(input);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-report-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The report after one of DCMTK's tools has had it. */
async function treated(tool: string, args: (file: string) => readonly string[], output = 'in.dcm') {
  await writeFile(join(folder, 'in.dcm'), bytes);
  await promisify(execFile)(tool, [...args(join(folder, 'in.dcm'))]);
  return readFile(join(folder, output));
}

test('a report is read back as it was meant', () => {
  const report = readReport(bytes);
  expect(report).toMatchObject({
    studyInstanceUid: STUDY_UID,
    seriesInstanceUid: input.seriesInstanceUid,
    sopInstanceUid: input.sopInstanceUid,
    algorithmName: 'test pack',
    algorithmVersion: '1.2.3',
  });
  expect(report.findings).toHaveLength(25);
  report.findings.forEach((read, index) => {
    // That a finding is uncertain is said in the remarks.
    const { location, probabilities, uncertain: _, ...meant } = input.graded.findings[index]!;
    expect(read).toMatchObject({
      ...meant,
      trackingUid: trackingUid(STUDY_UID, meant),
      place: {
        sopInstanceUid: location!.image.sopInstanceUid,
        frameOfReferenceUid: location!.image.frameOfReferenceUid,
        pixel: location!.pixel.map(Math.fround),
        pointMm: location!.pointMm.map(Math.fround),
      },
    });
    for (const grade of ['Normal/Mild', 'Moderate', 'Severe'] as const) {
      expect(read.probabilities[grade]).toBeCloseTo(probabilities[grade], 12);
    }
  });
});

test('a place that no image shows is read back as a point in space', () => {
  const images = input.images.filter(({ role }) => role !== 'axial-t2');
  const unseenAt = { pointMm: [8, -20, 30], frameOfReferenceUid: '2.25.7' } as const;
  const findings = input.graded.findings.map((finding) =>
    finding.location!.role === 'axial-t2' ? { ...finding, location: null, unseenAt } : finding,
  );
  const unseen = readReport(composeReport({ ...input, images, graded: { ...input.graded, findings } }).bytes);
  expect(unseen.findings[3]!.place).toEqual({ ...unseenAt, sopInstanceUid: null, pixel: null });
  expect(unseen.findings[0]!.place!.sopInstanceUid).toBe(findings[0]!.location!.image.sopInstanceUid);
});

test('what is no report is refused', () => {
  expect(() => readReport(new Uint8Array(500))).toThrow(new TypeError('not a readable DICOM object'));
});

describe('the archive’s copy', () => {
  test('is the same after another transfer syntax and a coerced patient', async () => {
    const implicit = await treated('dcmconv', (file) => ['+ti', file, join(folder, 'out.dcm')], 'out.dcm');
    expect(implicit).not.toEqual(Buffer.from(bytes));
    expect(objectDifferences(bytes, implicit)).toEqual([]);
    for (const syntax of ['+tb', '+td', '-e']) {
      const anew = await treated('dcmconv', (file) => [syntax, file, join(folder, 'out.dcm')], 'out.dcm');
      expect(anew).not.toEqual(Buffer.from(bytes));
      expect(objectDifferences(bytes, anew)).toEqual([]);
    }
    const coerced = await treated('dcmodify', (file) => ['-nb', '-m', '(0010,0020)=COERCED', file]);
    expect(objectDifferences(bytes, coerced)).toEqual([]);
  });

  test('is the same in another character set', async () => {
    const observer = { ...input.observer, name: 'Röntgen' };
    const named = composeReport({ ...input, observer }).bytes;
    await writeFile(join(folder, 'utf-8.dcm'), named);
    const latin = await treated(
      'dcmconv',
      () => ['+L1', join(folder, 'utf-8.dcm'), join(folder, 'out.dcm')],
      'out.dcm',
    );
    expect(latin.includes(Buffer.from('Röntgen', 'latin1'))).toBe(true);
    expect(objectDifferences(named, latin)).toEqual([]);
    expect(objectDifferences(bytes, latin)).toEqual(['ContentSequence']);
  });

  test('that cannot be read is refused', () => {
    const cut = bytes.subarray(0, bytes.length / 2);
    expect(() => objectDifferences(bytes, cut)).toThrow(new TypeError('not a readable DICOM object'));
  });

  test.each([
    ['(0040,a491)=PARTIAL', 'CompletionFlag'],
    ['(0008,0018)=1.2.3', 'SOPInstanceUID'],
    ['(0040,a375)[0].(0020,000d)=1.2.3', 'CurrentRequestedProcedureEvidenceSequence'],
    ['(0040,a730)[9].(0040,a730)[4].(0040,a730)[4].(0040,a300)[0].(0040,a30a)=0.5', 'ContentSequence'],
    ['(0040,a730)[9].(0040,a730)[4].(0040,a730)[0].(0040,a160)=other', 'ContentSequence'],
  ])('differs after %s', async (change, keyword) => {
    const changed = await treated('dcmodify', (file) => ['-nb', '-m', change, file]);
    expect(objectDifferences(bytes, changed)).toEqual([keyword]);
  });
});
