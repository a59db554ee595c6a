import { expect, test } from 'vitest';
import {
  children,
  codeValue,
  commentsOf,
  dcmtkJson,
  first,
  items,
  named,
  ofType,
} from '../../../test/support/dcmtk-json.ts';
import { reportToCompose } from '../report.fixture.ts';
import { CODES, targetName } from '../tree/coded-concepts.ts';
import { composeNotAnalysedReport } from '../tree/not-analysed-report.ts';
import { composeKeyObjects } from './key-object-selection.ts';

const report = reportToCompose();
const abnormal = report.graded.findings.filter(({ grade }) => grade !== 'Normal/Mild');

test('key objects: every image of a moderate or severe finding once, in evidence and content', async () => {
  const json = await dcmtkJson(composeKeyObjects(report, report.graded)!);
  const expected = [...new Set(abnormal.map(({ location }) => location!.image.sopInstanceUid))];
  const shown = ofType(json, 'IMAGE').map((item) => first(items(item, '00081199')[0], '00081155'));
  expect(shown).toEqual(expected);
  expect(shown.length).toBeGreaterThan(3);
  const evidence = items(json, '0040A375').flatMap((study) => items(study, '00081115'));
  const inEvidence = evidence
    .flatMap((series) => items(series, '00081199'))
    .map((item) => first(item, '00081155'));
  expect(inEvidence.toSorted()).toEqual(expected.toSorted());
  expect([first(json, '00080016'), first(json, '00080060')]).toEqual(['1.2.840.10008.5.1.4.1.1.88.59', 'KO']);
  expect(first(items(json, '0040A043')[0], '00080100')).toBe('113000');
  expect(first(items(json, '0040A504')[0], '0040DB00')).toBe('2010');
  const description = String(first(named(json, CODES.keyObjectDescription)[0], '0040A160'));
  for (const finding of abnormal) expect(description).toContain(`${targetName(finding)}: ${finding.grade}`);
  expect(description).toContain('unverified');
});

test('no key objects without such a finding, or without an image of one', () => {
  const normal = report.graded.findings.filter(({ grade }) => grade === 'Normal/Mild');
  expect(composeKeyObjects(report, { ...report.graded, findings: normal })).toBeNull();
  const unseen = abnormal.map((finding) => ({ ...finding, location: null }));
  expect(composeKeyObjects(report, { ...report.graded, findings: unseen })).toBeNull();
});

test('a study that is not analysed: a report with the reasons and without a number', async () => {
  const { algorithm } = report.graded;
  const reasons = ['no series qualifies as sagittal T2', 'the image is cut off.'];
  const bytes = composeNotAnalysedReport({ ...report, studyContext: {} }, { algorithm, reasons });
  const json = await dcmtkJson(bytes);
  const comments = commentsOf(json);
  expect(comments.slice(1, 3)).toEqual([
    'Reason: no series qualifies as sagittal T2.',
    'Reason: the image is cut off.',
  ]);
  expect(comments.at(-1)).toBe(
    'The images do not give, left empty here: PatientID, StudyDate, AccessionNumber.',
  );
  const status = named(named(json, CODES.qualitativeEvaluations)[0]!, CODES.analysisStatus)[0];
  expect(codeValue(status)).toBe('NOT_ANALYSED');
  expect(children(named(json, CODES.imagingMeasurements)[0]!).map((item) => first(item, '0040A040'))).toEqual(
    ['TEXT', 'TEXT', 'TEXT', 'TEXT'],
  );
  expect(() => composeNotAnalysedReport(report, { algorithm, reasons: [] })).toThrow('for a reason');
});
