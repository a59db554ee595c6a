import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { judgeDciodvfy, judgeDsrdump } from '../../cli/validate/judge-output.ts';
import { STUDY_CONTEXT_TAGS } from '../../dicom/image/study-context.ts';
import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import { inWords } from '../../domain/remark.ts';
import { plannedImages, reportToCompose, STUDY_CONTEXT } from '../report.fixture.ts';
import { attributeRule } from '../tree/attribute-rules.ts';
import { composeNotAnalysedReport } from '../tree/not-analysed-report.ts';
import { contextRemarks } from './context-remarks.ts';
import { encodeSecondaryCapture } from './secondary-capture.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'copied-junk-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const anyText = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 20 }),
  fc.string({ unit: fc.constantFrom('A', '\\', '=', '^', '\0', '\x1b', '\n', 'ü'), maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('A', '7', ' '), minLength: 60, maxLength: 12_000 }),
  fc.constantFrom(
    '20240230',
    '2561',
    '12:30',
    '1e999',
    '0.00000000000000001234',
    '+1',
    '1.02.3',
    '999X',
    'm',
    '+2500',
    '\ufffd',
  ),
);
const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: anyText },
  fc.double(),
  fc.integer(),
  fc.constantFrom(null, true, {}, [], [[]]),
  fc.record({ Alphabetic: anyText, Ideographic: anyText, Phonetic: anyText }, { requiredKeys: [] }),
);
const VRS = [
  'AE',
  'CS',
  'DA',
  'DS',
  'IS',
  'LO',
  'LT',
  'PN',
  'SH',
  'SQ',
  'SS',
  'TM',
  'UI',
  'UN',
  'US',
  'UT',
  '??',
];
const element = (tag: string, item: fc.Arbitrary<unknown>) =>
  fc.record({
    vr: fc.oneof(fc.constant(attributeRule(tag)?.vr ?? 'UN'), fc.constantFrom(...VRS)),
    Value: fc.array(
      fc.oneof({ weight: attributeRule(tag)?.vr === 'SQ' ? 9 : 0, arbitrary: item }, anyValue),
      {
        maxLength: 3,
      },
    ),
  });
const CODE_TAGS = [
  '00080100',
  '00080102',
  '00080104',
  '00081150',
  '00081155',
  '00100020',
  '00100022',
  '00400031',
];
const anyItem = fc.record(
  Object.fromEntries(
    [...CODE_TAGS, '00401101', '00080080'].map((tag) => [tag, element(tag, fc.constant({}))]),
  ),
  { requiredKeys: [] },
);
const value = (vr: string, ...Value: readonly unknown[]) => ({ vr, Value });
const code = {
  '00080100': value('SH', 'A'),
  '00080102': value('SH', '99X'),
  '00080104': value('LO', 'a thing'),
};
/** As images may have them. */
const WELL_FORMED: DicomJson = {
  ...STUDY_CONTEXT,
  '00080051': value('SQ', { '00400031': value('UT', 'issuer') }),
  '00080201': value('SH', '+0100'),
  '00081032': value('SQ', code),
  '00081110': value('SQ', { '00081150': value('UI', '1.2.3'), '00081155': value('UI', '1.2.4') }),
  '00101001': value('PN', { Alphabetic: 'Other^Name' }, { Alphabetic: 'Third^Name' }),
  '00101002': value('SQ', { '00100020': value('LO', 'B'), '00100022': value('CS', 'TEXT') }),
  '00102000': value('LO', 'alert', 'another'),
  '00104000': value('LT', 'a comment\r\nof two lines'),
  '00120010': value('LO', 'Sponsor'),
  '00120020': value('LO', 'Protocol'),
  '00120021': value('LO', 'its name'),
  '00120030': value('LO'),
  '00120031': value('LO'),
  '00120040': value('LO', 'Subject'),
  '00120050': value('LO', 'first'),
  '00120051': value('ST', 'the first'),
  '00120062': value('CS', 'YES'),
  '00120063': value('LO', 'by hand'),
  '00120081': value('LO', 'a committee'),
  '00120082': value('LO', 'its number'),
};
/** Attributes that are copied, with anything in them, among others that are as they should be. */
const junkIn = (tags: readonly string[]) =>
  fc
    .record(Object.fromEntries(tags.map((tag) => [tag, element(tag, anyItem)])), { requiredKeys: [] })
    .map((junk) => ({ ...WELL_FORMED, ...junk }) as DicomJson);
const anyContext = junkIn(STUDY_CONTEXT_TAGS);

const algorithm = reportToCompose().graded.algorithm;
const picture = { width: 2, height: 2, samples: new Uint8Array(12) };
function reportAnd(studyContext: DicomJson): readonly [Uint8Array, Uint8Array] {
  const header = { ...reportToCompose(), studyContext };
  return [
    composeNotAnalysedReport(header, { algorithm, reasons: ['a reason'] }),
    encodeSecondaryCapture(header, picture, [{ image: plannedImages(null)[0]!.reference }], 'a picture'),
  ];
}
test('whatever the images say of patient and study, results are encoded and the same every time', () => {
  fc.assert(
    fc.property(anyContext, (context) => {
      const [report, capture] = reportAnd(context);
      expect(Buffer.compare(reportAnd(context)[0], report)).toBe(0);
      expect(capture.length).toBeGreaterThan(500);
      for (const remark of contextRemarks(context)) expect(inWords(remark)).toMatch(/^[A-Z][\w ,():]+\.$/);
    }),
    { numRuns: 60 },
  );
});

/** dciodvfy counts bytes where characters count (in UTF-8, here read as Latin-1), and a name's three groups as one. */
function isMiscounted(line: string): boolean {
  return (
    line.includes('Length invalid for this VR') && (/[\x80-\xff]/.test(line) || /\[PN\].*=.*=/.test(line))
  );
}

test('and without errors to the validators, where they find none without junk', () => {
  // A patient ID that is too long is copied; of animals a result needs what no image series here tells.
  const others = ['00100020', '00102201', '00102202', '00102203'];
  const tags = STUDY_CONTEXT_TAGS.filter((tag) => !others.includes(tag));
  const samples = [WELL_FORMED, ...fc.sample(junkIn(tags), { numRuns: 40 })];
  const found: unknown[] = [];
  const reports: string[] = [];
  for (const [index, context] of samples.entries()) {
    for (const [kind, bytes] of reportAnd(context).entries()) {
      const file = join(folder, `${index}-${kind}.dcm`);
      writeFileSync(file, bytes);
      if (kind === 0) reports.push(file);
      const { status, stdout, stderr } = spawnSync('dciodvfy', ['-new', file], { encoding: 'latin1' });
      const { errors } = judgeDciodvfy({ exitCode: status, output: stdout + stderr });
      const founded = errors.filter((line) => !isMiscounted(line));
      if (founded.length > 0) found.push({ index, kind, errors: founded });
    }
  }
  expect(found).toEqual([]);
  const dumped = spawnSync('dsrdump', reports, { encoding: 'latin1', maxBuffer: 64 * 1024 * 1024 });
  expect(judgeDsrdump({ exitCode: dumped.status, output: dumped.stderr })).toEqual({
    errors: [],
    warnings: [],
  });
  expect(execFileSync('dcmdump', ['+P', '0008,0005', reports[1]!], { encoding: 'latin1' })).toContain(
    'ISO_IR 192',
  );
}, 120_000);
