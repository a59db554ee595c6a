import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deterministicUid } from '../../dicom/deterministic-uid.ts';
import type { SopInstanceUid } from '../../domain/uid.ts';
import { composeReport, type ReportToCompose } from '../../sr/encode/encode-report.ts';
import { measuredStudy } from '../../sr/measurements.fixture.ts';
import { gradedStudy, plannedImages, reportToCompose } from '../../sr/report.fixture.ts';
import { judgeDcentvfy, judgeDciodvfy, judgeDsrdump } from './judge-output.ts';
import { judgePixelMed } from './judge-pixelmed.ts';
import { validated } from './validated.fixture.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'validators-'));
});
afterAll(() => rm(folder, { recursive: true }));

const withoutAxial = plannedImages(null).filter(({ role }) => role !== 'axial-t2');
const frame = deterministicUid('validators test', 'frame of reference');
const framed = plannedImages(frame);
const framedWithoutAxial = framed.filter(({ role }) => role !== 'axial-t2');
/** Images of different series share their SOP Instance UIDs. */
const repeated = plannedImages('2.25.5').map((image, index) => ({
  ...image,
  reference: {
    ...image.reference,
    sopInstanceUid: deterministicUid<SopInstanceUid>('repeated', String(index % 5)),
  },
}));
const predecessors = [{ studyInstanceUid: '2.25.1', seriesInstanceUid: '2.25.2', sopInstanceUid: '2.25.3' }];

// The full report with its images is judged in src/cli/validate/validate.test.ts.
const REPORTS: readonly [string, Partial<ReportToCompose>][] = [
  [
    'no axial series, no frame of reference, warnings, a predecessor',
    { images: withoutAxial, graded: gradedStudy(withoutAxial, ['No axial T2 series.']), predecessors },
  ],
  ['lengths and areas, one absent', { images: framed, graded: measuredStudy(framed) }],
  [
    'lengths alone, no axial series',
    { images: framedWithoutAxial, graded: measuredStudy(framedWithoutAxial) },
  ],
  ['SOP Instance UIDs that repeat across series', { images: repeated, graded: gradedStudy(repeated) }],
  [
    'no axial series: points in space alone',
    { images: framedWithoutAxial, graded: gradedStudy(framedWithoutAxial) },
  ],
  [
    'an empty patient and study but for a name in other scripts',
    {
      studyContext: {
        '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Grünwälder^Zoë', Ideographic: '山田^太郎' }] },
      },
    },
  ],
];

test('reports of odd studies are clean to every validator', async () => {
  const files = REPORTS.map(([name]) => join(folder, `${name}.dcm`));
  for (const [index, [, changes]] of REPORTS.entries()) {
    await writeFile(files[index]!, composeReport(reportToCompose(changes)).bytes);
  }
  const clean = { installed: true, errors: [], warnings: [] };
  const verdicts = ['dciodvfy', 'dsrdump', 'PixelMed'].map((validator) => ({ validator, ...clean }));
  // Empty type 2 attributes are legal; dciodvfy only regrets that no DICOMDIR can be made of them.
  const judged = (await validated(files)).map((each) => ({
    ...each,
    verdicts: each.verdicts.map(({ warnings, ...verdict }) => ({
      ...verdict,
      warnings: warnings.filter((line) => !line.endsWith('would be needed to build DICOMDIR')),
    })),
  }));
  expect(judged).toEqual(files.map((file) => ({ file, fault: null, verdicts })));
}, 300_000);

test('each file is told what was found in it, not in another', async () => {
  const whole = Buffer.from(composeReport(reportToCompose()).bytes).toString('latin1');
  const written = async (name: string, text: string) => {
    const file = join(folder, `${name}.dcm`);
    await writeFile(file, text, 'latin1');
    return file;
  };
  const good = await written('good', whole);
  // The code of the image library becomes one that no template knows.
  const bad = await written('bad', whole.replace('111028', '111999'));
  const none = await written('none', 'no DICOM');
  const judged = await validated([bad, none, good, bad]);
  const wrong = judged.map(({ verdicts }) => verdicts.filter(({ warnings }) => warnings.length > 0));
  expect(wrong.map((each) => each.map(({ validator }) => validator))).toEqual([
    ['PixelMed'],
    [],
    [],
    ['PixelMed'],
  ]);
  expect(judged.map(({ fault }) => fault !== null)).toEqual([false, true, false, false]);
}, 300_000);

describe('verdicts', () => {
  const head = 'Found Comprehensive3DSR IOD\nFound Root Template TID_1500 (MeasurementReport)\n';
  const evaluation =
    'Warning: 1.10.5.11: /CONTAINER (126000,DCM,"Imaging Measurement Report")/CODE (SCS_GRADE,99SPINEGRADE,"Spinal canal stenosis grade"): Content Item not in template\n';
  const tail = 'Root Template Validation Complete\nIOD validation complete\n';
  const pixelMed = (output: string, exitCode = 0) => judgePixelMed({ exitCode, output }, 'TID_1500', 25);

  test('PixelMed is clean with exactly the 25 warnings', () => {
    expect(pixelMed(head + evaluation.repeat(25) + tail)).toEqual({ errors: [], warnings: [] });
    expect(pixelMed(head + evaluation.repeat(24) + tail).errors).toHaveLength(1);
    expect(pixelMed(head + evaluation.repeat(26) + tail).errors).toHaveLength(1);
  });

  test('PixelMed exits 0 on exceptions, errors and templates it does not find', () => {
    const exception = 'javax.xml.transform.TransformerConfigurationException: JAXP0801003\n';
    expect(pixelMed(exception).errors).toEqual([
      exception.trim(),
      'PixelMed did not say "Found Root Template TID_1500"',
      'PixelMed did not say "IOD validation complete"',
      'PixelMed met 0 qualitative evaluations in measurement groups, expected 25',
    ]);
    const error = 'Error: 1.8: /CONTAINER: Template 1500 requires a value of CID 100\n';
    expect(pixelMed(head + evaluation.repeat(25) + error + tail).errors).toEqual([error.trim()]);
    expect(pixelMed('Found Comprehensive3DSR IOD\nIOD validation complete\n').errors).toHaveLength(2);
    expect(pixelMed(head + evaluation.repeat(25) + tail, 1).errors).toEqual(['exit code 1']);
  });

  test('another item outside the template is a warning of its own', () => {
    const other = evaluation.replace('SCS_GRADE', 'OTHER');
    expect(pixelMed(head + evaluation.repeat(25) + other + tail)).toEqual({
      errors: [],
      warnings: [other.trim()],
    });
  });

  test('dciodvfy: error lines count, its ignorance of private schemes does not', () => {
    const scheme =
      'Warning - </CodingSchemeDesignator(0008,0102)[1]> - Unrecognized defined term = <99SPINEGRADE>';
    const other = 'Warning - </Modality(0008,0060)[1]> - Unrecognized defined term = <XX>';
    const error = 'Error - </CompletionFlag(0040,a491)> - Missing attribute for Type 1 Required';
    expect(judgeDciodvfy({ exitCode: 0, output: `Comprehensive3DSR\n${scheme}\n` })).toEqual({
      errors: [],
      warnings: [],
    });
    expect(judgeDciodvfy({ exitCode: 0, output: `${scheme}\n${other}\n${error}\n` })).toEqual({
      errors: [error],
      warnings: [other],
    });
    expect(judgeDciodvfy({ exitCode: 1, output: '' }).errors).toEqual(['exit code 1']);
    expect(judgeDciodvfy({ exitCode: null, output: '' }).errors).toHaveLength(1);
  });

  test('dcentvfy: errors, but not its own filing of attributes', () => {
    const filing = 'Warning - Different information entities for attribute - Element=<AccessionNumber>';
    const error = 'Error - Different PatientID for same StudyInstanceUID';
    expect(judgeDcentvfy({ exitCode: 0, output: `${filing}\n` })).toEqual({ errors: [], warnings: [] });
    expect(judgeDcentvfy({ exitCode: 1, output: `${filing}\n${error}\n` })).toEqual({
      errors: [error],
      warnings: [],
    });
  });

  test('dsrdump: E and F lines', () => {
    const output =
      'W: The VR checker does not support this Specific Character Set: ISO_IR 192\nE: no\nF: none\n';
    expect(judgeDsrdump({ exitCode: 1, output })).toEqual({ errors: ['E: no', 'F: none'], warnings: [] });
  });
});
