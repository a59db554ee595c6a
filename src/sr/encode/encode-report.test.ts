import { describe, expect, test } from 'vitest';
import {
  children,
  commentsOf,
  dcmtkJson,
  first,
  groupsOf,
  items,
  named,
  ofType,
} from '../../../test/support/dcmtk-json.ts';
import { deterministicUid } from '../../dicom/deterministic-uid.ts';
import { NUMBERING_STATEMENT } from '../../domain/level.ts';
import { TARGETS } from '../../domain/target.ts';
import type { SeriesInstanceUid, SopInstanceUid } from '../../domain/uid.ts';
import { gradedStudy, plannedImages, reportToCompose, STUDY_UID } from '../report.fixture.ts';
import { CODES, targetName } from '../tree/coded-concepts.ts';
import { RESEARCH_USE_STATEMENT } from '../tree/measurement-report.ts';
import { composeReport } from './encode-report.ts';

const input = reportToCompose();

test('the same input gives the same bytes', () => {
  expect(composeReport(input).bytes).toEqual(composeReport(reportToCompose()).bytes);
});

test('the header: patient and study copied, own series, predecessor, local time of the study', async () => {
  const context = { ...input.studyContext, '00080201': { vr: 'SH', Value: ['+0530'] } };
  const predecessor = {
    studyInstanceUid: STUDY_UID,
    seriesInstanceUid: deterministicUid('former series'),
    sopInstanceUid: deterministicUid('former report'),
  };
  const { bytes } = composeReport({
    ...input,
    studyContext: context,
    series: { number: 777, description: 'x' },
    predecessors: [predecessor],
  });
  const json = await dcmtkJson(bytes);
  for (const tag of Object.keys(input.studyContext)) expect(json[tag]).toEqual(input.studyContext[tag]);
  expect(first(json, '0020000E')).toBe(input.seriesInstanceUid);
  expect(first(json, '00080018')).toBe(input.sopInstanceUid);
  expect(first(json, '00080060')).toBe('SR');
  expect(Number(first(json, '00200011'))).toBe(777);
  expect([first(json, '00080023'), first(json, '00080033')]).toEqual(['20240301', '154112.345']);
  const series = items(items(json, '0040A360')[0]!, '00081115')[0]!;
  expect(first(series, '0020000E')).toBe(predecessor.seriesInstanceUid);
  expect(first(items(series, '00081199')[0], '00081155')).toBe(predecessor.sopInstanceUid);
  expect([first(json, '0040A491'), first(json, '0040A493')]).toEqual(['COMPLETE', 'UNVERIFIED']);
});

describe('what is missing is said in the report', () => {
  test('no axial series, images without frame of reference, a warning', async () => {
    const images = plannedImages(null).filter(({ role }) => role !== 'axial-t2');
    const warning = 'The axial T2 series is missing.';
    const { bytes } = composeReport(reportToCompose({ images, graded: gradedStudy(images, [warning]) }));
    const json = await dcmtkJson(bytes);
    const groups = groupsOf(json);
    expect(groups).toHaveLength(25);
    groups.forEach((group, index) => {
      const seen = TARGETS[index]!.condition !== 'subarticular_stenosis';
      expect(named(group, CODES.approximateSpatialLocation)).toHaveLength(seen ? 1 : 0);
      expect(named(group, CODES.imageRegion)).toHaveLength(seen ? 1 : 0);
      expect(children(ofType(group, 'NUM')[0]!)).toHaveLength(seen ? 1 : 0);
      expect(ofType(group, 'IMAGE')).toHaveLength(seen ? 1 : 0);
      expect(ofType(group, 'SCOORD3D')).toHaveLength(0);
    });
    const [statement, numbering, third, unseen, unframed] = commentsOf(json);
    expect([statement, numbering, third]).toEqual([RESEARCH_USE_STATEMENT, NUMBERING_STATEMENT, warning]);
    const subarticular = TARGETS.filter(({ condition }) => condition === 'subarticular_stenosis');
    expect(unseen).toBe(
      `No location is given, no image shows the place: ${subarticular.map(targetName).join(', ')}.`,
    );
    expect(unframed).toContain('the image has no frame of reference: L1/L2 spinal canal stenosis, ');
  });

  test('no axial series: its findings have their place in space alone', async () => {
    const frame = deterministicUid('encode report test', 'frame');
    const images = plannedImages(frame).filter(({ role }) => role !== 'axial-t2');
    const { bytes } = composeReport(reportToCompose({ images, graded: gradedStudy(images) }));
    const json = await dcmtkJson(bytes);
    const unseen = groupsOf(json).filter((_, index) => TARGETS[index]!.condition === 'subarticular_stenosis');
    for (const group of unseen) {
      expect(
        children(group).filter((item) => /^(IMAGE|SCOORD)/.test(String(first(item, '0040A040')))),
      ).toEqual(ofType(group, 'SCOORD3D'));
      const [point] = ofType(group, 'SCOORD3D');
      expect(first(point, '30060024')).toBe(frame);
      expect(children(ofType(group, 'NUM')[0]!)).toMatchObject([
        { '00700022': { Value: point!['00700022']!.Value } },
      ]);
    }
    expect(commentsOf(json)[2]).toMatch(
      /^Only a 3D location is given, no image shows the place: L1\/L2 left sub/,
    );
  });

  test('patient ID, study date and accession number', async () => {
    const { bytes } = composeReport(
      reportToCompose({ studyContext: { '00080020': { vr: 'DA', Value: ['last week'] } } }),
    );
    const json = await dcmtkJson(bytes);
    expect(json['00100020']).toEqual({ vr: 'LO' });
    expect(json['00080020']).toEqual({ vr: 'DA' });
    expect(
      commentsOf(json)
        .slice(2)
        .filter((said) => !String(said).startsWith('Uncertain')),
    ).toEqual([
      'The images do not give, left empty here: PatientID, AccessionNumber.',
      'Malformed in the images, left empty here: (0008,0020).',
    ]);
  });
});

test('images of different series that share their SOP Instance UIDs are each in evidence and library', async () => {
  const images = plannedImages('2.25.5').map((image, index) => ({
    ...image,
    reference: {
      ...image.reference,
      sopInstanceUid: deterministicUid<SopInstanceUid>('shared', String(index % 5)),
    },
  }));
  const { bytes } = composeReport(reportToCompose({ images, graded: gradedStudy(images) }));
  const json = await dcmtkJson(bytes);
  const pairs = items(json, '0040A375')
    .flatMap((study) => items(study, '00081115'))
    .flatMap((series) =>
      items(series, '00081199').map((sop) => `${first(series, '0020000E')} ${first(sop, '00081155')}`),
    );
  const wanted = images.map(({ reference }) => `${reference.seriesInstanceUid} ${reference.sopInstanceUid}`);
  expect(pairs.sort()).toEqual(wanted.sort());
  const [library] = named(json, CODES.imageLibrary);
  const groups = children(library!).map((group) => ofType(group, 'IMAGE').length);
  expect(groups).toEqual([5, 5, 5]);
  // A finding on an image that only another series has is refused.
  const [finding] = gradedStudy(images).findings;
  const image = {
    ...finding!.location!.image,
    seriesInstanceUid: deterministicUid<SeriesInstanceUid>('astray'),
  };
  const astray = { ...finding!, location: { ...finding!.location!, image } };
  expect(() =>
    composeReport(reportToCompose({ images, graded: { ...gradedStudy(images), findings: [astray] } })),
  ).toThrow('not in the input set');
});

test('names in any script survive', async () => {
  const name = { Alphabetic: 'Grünwälder-Żak^Çağla', Ideographic: '山田^太郎' };
  const { bytes } = composeReport(
    reportToCompose({ studyContext: { '00100010': { vr: 'PN', Value: [name] } } }),
  );
  expect(first(await dcmtkJson(bytes), '00100010')).toEqual(name);
});

describe('refused, without a word about the patient', () => {
  const { findings } = input.graded;
  const withFindings = (changed: typeof findings) => () =>
    composeReport({ ...input, graded: { ...input.graded, findings: changed } });
  const [head, ...rest] = findings as [(typeof findings)[number], ...typeof findings];
  test.each([
    ['no finding', withFindings([]), 'needs a finding'],
    ['a target twice', withFindings([...rest, rest[0]!]), 'each target at most once'],
    [
      'a probability of 7',
      withFindings([{ ...head, probabilities: { 'Normal/Mild': 7, Moderate: 0, Severe: -6 } }, ...rest]),
      'do not sum to 1',
    ],
    [
      'a grade that is not the most probable',
      withFindings([
        { ...head, grade: 'Severe', probabilities: { 'Normal/Mild': 0.5, Moderate: 0.3, Severe: 0.2 } },
        ...rest,
      ]),
      'not its most probable one',
    ],
    [
      'an image outside the input set',
      () => composeReport({ ...input, images: input.images.slice(-1) }),
      'not in the input set',
    ],
    [
      'an overlong series description',
      () => composeReport({ ...input, series: { number: 1, description: 'x'.repeat(65) } }),
      'LO',
    ],
  ])('%s', (_, compose, message) => {
    expect(compose).toThrow(message);
    expect(compose).not.toThrow('PAT-1');
  });
});
