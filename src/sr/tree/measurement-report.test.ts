import { beforeAll, describe, expect, test } from 'vitest';
import {
  children,
  codeSequences,
  codeValue,
  conceptName,
  dcmtkJson,
  first,
  groupsOf,
  items,
  named,
  ofType,
  trackingUids,
} from '../../../test/support/dcmtk-json.ts';
import { deterministicUid } from '../../dicom/deterministic-uid.ts';
import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import { GRADES } from '../../domain/grade.ts';
import { TARGETS } from '../../domain/target.ts';
import type { SopInstanceUid } from '../../domain/uid.ts';
import { composeReport } from '../encode/encode-report.ts';
import { gradedStudy, plannedImages, pointOnPlane, reportToCompose, STUDY_UID } from '../report.fixture.ts';
import { ALLOWED_CODES, CODES, GRADE_CODES, LEVEL_CODES, SIDE_CODES, targetName } from './coded-concepts.ts';
import { textItem } from './content-item.ts';
import { algorithmIdentification } from './measurement-report.ts';

const input = reportToCompose();
let document: DicomJson;
beforeAll(async () => {
  document = await dcmtkJson(composeReport(input).bytes);
});

describe('what no validator sees, read with DCMTK', () => {
  test('25 groups, each target once', () => {
    const seen = groupsOf(document).map((group) => {
      const site = named(group, CODES.findingSite)[0]!;
      const evaluation = children(group).find((child) => String(conceptName(child)).endsWith('_GRADE'))!;
      return [codeValue(site), codeValue(named(site, CODES.laterality)[0]), conceptName(evaluation)].join(
        ' ',
      );
    });
    const letters = {
      spinal_canal_stenosis: 'SCS',
      neural_foraminal_narrowing: 'NFN',
      subarticular_stenosis: 'SAS',
    };
    const expected = TARGETS.map(({ condition, level, side }) =>
      [
        LEVEL_CODES[level].value,
        side === null ? '' : SIDE_CODES[side].value,
        `${letters[condition]}_GRADE`,
      ].join(' '),
    );
    expect(seen).toEqual(expected);
    expect(new Set(seen).size).toBe(25);
  });

  test('probabilities as given, summing to 1, the greatest that of the grade', () => {
    groupsOf(document).forEach((group, index) => {
      const finding = input.graded.findings[index]!;
      const numbers = new Map(
        named(group, CODES.probability).map((item) => [
          codeValue(named(item, CODES.severity)[0]),
          Number(first(items(item, '0040A300')[0], '0040A30A')),
        ]),
      );
      expect(numbers.size).toBe(3);
      for (const grade of GRADES) {
        expect(numbers.get(GRADE_CODES[grade].value)).toBeCloseTo(finding.probabilities[grade], 12);
      }
      expect([...numbers.values()].reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
      const greatest = [...numbers].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
      const evaluation = children(group).find((child) => String(conceptName(child)).endsWith('_GRADE'));
      expect(greatest).toBe(codeValue(evaluation));
      expect(named(group, CODES.finding).length).toBe(finding.grade === 'Normal/Mild' ? 0 : 1);
      // Viewers print the first number's concept name: it tells the finding, its grade and that one's probability.
      const told = ofType(group, 'NUM')[0]!;
      expect(first(items(told, '0040A043')[0], '00080104')).toBe(
        `${finding.grade}: ${targetName(finding)}, probability`,
      );
      expect(first(items(told, '0040A300')[0], '0040A30A')).toBe(numbers.get(String(greatest)));
    });
  });

  test('which findings are uncertain is said once for each reason', () => {
    const evaluations = children(document).find(
      (child) => conceptName(child) === CODES.qualitativeEvaluations.value,
    );
    const said = named(evaluations!, CODES.comment).map((item) => String(first(item, '0040A160')));
    const uncertain = input.graded.findings.filter((finding) => finding.uncertain !== undefined);
    expect(uncertain).toHaveLength(3);
    const sentences = said.filter((sentence) => sentence.startsWith('Uncertain, read with care: '));
    expect(sentences).toHaveLength(2);
    for (const sentence of sentences) expect(sentence).toContain(uncertain.map(targetName).join(', '));
  });

  test('2D and 3D points name one place, on an image of the evidence and its frame of reference', () => {
    const images = new Map(
      plannedImages(input.images[0]!.reference.frameOfReferenceUid).map((image): [string, typeof image] => [
        image.reference.sopInstanceUid,
        image,
      ]),
    );
    groupsOf(document).forEach((group, index) => {
      const { pixel, pointMm } = input.graded.findings[index]!.location!;
      const [onImage, inSpace] = named(group, CODES.approximateSpatialLocation);
      const image = images.get(String(first(items(children(onImage!)[0]!, '00081199')[0], '00081155')))!;
      const readPixel = onImage!['00700022']!.Value as [number, number];
      const readPoint = inSpace!['00700022']!.Value as number[];
      expect(readPixel).toEqual(pixel.map(Math.fround));
      expect(first(inSpace, '30060024')).toBe(image.reference.frameOfReferenceUid);
      pointOnPlane(image.plane, readPixel).forEach((value, axis) => {
        expect(readPoint[axis]).toBeCloseTo(value, 4);
        expect(readPoint[axis]).toBeCloseTo(pointMm[axis]!, 4);
      });
      expect(named(group, CODES.sourceOfMeasurement)).toHaveLength(1);
      // Viewers take the first coordinates of the group, or those the first number was inferred from.
      const region = ofType(group, 'SCOORD')[0]!;
      expect(conceptName(region)).toBe(CODES.imageRegion.value);
      for (const copy of [region, children(ofType(group, 'NUM')[0]!)[0]!]) {
        expect(copy['00700022']).toEqual(onImage!['00700022']);
        expect(copy['0040A730']).toEqual(onImage!['0040A730']);
      }
    });
  });

  test('every code and its meaning stand on the list', () => {
    const allowed = new Set(
      ALLOWED_CODES.map(({ value, scheme, meaning }) => `${scheme} ${value} ${meaning}`),
    );
    const written = [...codeSequences(document)].map((code) =>
      [first(code, '00080102'), first(code, '00080100'), first(code, '00080104')].join(' '),
    );
    expect(written.length).toBeGreaterThan(400);
    expect(written.filter((code) => !allowed.has(code))).toEqual([]);
    expect(first(items(document, '00080110')[0], '00080102')).toBe('99SPINEGRADE');
  });

  test('root template, algorithm and tracking', () => {
    expect(first(items(document, '0040A504')[0], '0040DB00')).toBe('1500');
    const measurements = named(document, CODES.imagingMeasurements)[0]!;
    const textsOf = (code: { value: string }) =>
      named(measurements, code).map((item) => first(item, '0040A160'));
    expect(textsOf(CODES.algorithmName)).toEqual(['test pack']);
    expect(textsOf(CODES.algorithmVersion)).toEqual(['1.2.3']);
    expect(textsOf(CODES.algorithmParameters)).toEqual([
      `model pack SHA-256: ${'ab'.repeat(32)}`,
      'execution provider: cpu',
    ]);
    const uids = trackingUids(document);
    expect(new Set(uids).size).toBe(25);
    expect(
      groupsOf(document).map((group) => first(named(group, CODES.trackingIdentifier)[0], '0040A160')),
    ).toEqual(TARGETS.map(targetName));
  });

  test('networks on an inference server are named with the models that answered', () => {
    const { algorithm } = input.graded;
    const networks = [
      { file: 'localiser.onnx', model: 'spine', modelVersion: '3' },
      { file: 'classifier.onnx', model: 'grades', modelVersion: null },
    ];
    const inferenceServer = { url: 'https://triton.example:8443', name: 'triton', version: '2.60', networks };
    const told = algorithmIdentification({ ...algorithm, inferenceServer }).map(({ item }) => item);
    expect(told).toContainEqual(
      textItem(CODES.algorithmParameters, 'inference server: triton 2.60 at https://triton.example:8443'),
    );
    expect(told).toContainEqual(
      textItem(CODES.algorithmParameters, 'network localiser.onnx: model spine, version 3'),
    );
    expect(told).toContainEqual(textItem(CODES.algorithmParameters, 'network classifier.onnx: model grades'));
  });

  test('evidence and image library list every image of the input set', () => {
    const uids = input.images.map(({ reference }) => reference.sopInstanceUid).toSorted();
    const evidence = items(document, '0040A375');
    expect(first(evidence[0], '0020000D')).toBe(STUDY_UID);
    const listed = evidence
      .flatMap((study) => items(study, '00081115'))
      .flatMap((series) => items(series, '00081199'))
      .map((reference) => first(reference, '00081155'));
    expect(listed.toSorted()).toEqual(uids);
    const library = named(document, CODES.imageLibrary)[0]!;
    expect(named(library, CODES.imageLibraryGroup)).toHaveLength(3);
    const inLibrary = named(library, CODES.imageLibraryGroup)
      .flatMap((group) => ofType(group, 'IMAGE'))
      .map((image) => first(items(image, '00081199')[0], '00081155'));
    expect(inLibrary.toSorted()).toEqual(uids);
  });
});

test('a code names one concept, whatever lists it stands on', () => {
  const meanings = Map.groupBy(ALLOWED_CODES, ({ scheme, value }) => `${scheme} ${value}`);
  for (const [code, listed] of meanings) {
    expect(new Set(listed.map(({ meaning }) => meaning)).size, code).toBe(1);
  }
});

test('an observation tells level, label and presence in its first number, as findings do', async () => {
  const { location } = input.graded.findings[0]!;
  const observations = [
    { label: 'herniation', level: 'L4/L5', probability: 0.75, present: true, location },
    { label: 'foraminal_stenosis', level: 'L5/S1', probability: 0.25, present: false, location: null },
  ] as const;
  const { bytes } = composeReport({ ...input, graded: { ...input.graded, observations } });
  const told = groupsOf(await dcmtkJson(bytes))
    .slice(25)
    .map((group) => ofType(group, 'NUM')[0]!);
  expect(told.map((item) => first(items(item, '0040A043')[0], '00080104'))).toEqual([
    'Present: L4/L5 disc herniation, probability',
    'Absent: L5/S1 foraminal stenosis, probability',
  ]);
  expect(told.map((item) => Number(first(items(item, '0040A300')[0], '0040A30A')))).toEqual([0.75, 0.75]);
  expect(told.map((item) => children(item).length)).toEqual([1, 0]);
});

test('another grading of the same study keeps the tracking UIDs, another study has others', async () => {
  const findings = input.graded.findings.map((finding) => ({
    ...finding,
    grade: 'Severe' as const,
    probabilities: { 'Normal/Mild': 0, Moderate: 0.25, Severe: 0.75 },
  }));
  const again = composeReport({
    ...input,
    graded: { ...input.graded, findings },
    sopInstanceUid: deterministicUid('again'),
  });
  expect(trackingUids(await dcmtkJson(again.bytes))).toEqual(trackingUids(document));
  const other = composeReport({ ...input, studyInstanceUid: '2.25.8' });
  expect(trackingUids(await dcmtkJson(other.bytes))).not.toContain(trackingUids(document)[0]);
});

test('a frame of a multi-frame image: referenced by number in its group, once as a whole in the library', async () => {
  const enhancedMr = '1.2.840.10008.5.1.4.1.1.4.1';
  const sopInstanceUid = deterministicUid<SopInstanceUid>('multi-frame');
  const planned = plannedImages('2.25.5');
  const { seriesInstanceUid } = planned[0]!.reference;
  const object = { sopClassUid: enhancedMr, seriesInstanceUid, sopInstanceUid };
  const images = planned.map((image, index) => ({
    ...image,
    reference: { ...image.reference, ...object, frameNumber: index + 1 },
  }));
  const json = await dcmtkJson(composeReport(reportToCompose({ images, graded: gradedStudy(images) })).bytes);
  const frames = groupsOf(json).map((group) =>
    Number(first(items(ofType(group, 'IMAGE')[0]!, '00081199')[0], '00081160')),
  );
  const expected = gradedStudy(images).findings.map(({ location }) => location!.image.frameNumber);
  expect(frames).toEqual(expected);
  const library = named(named(json, CODES.imageLibrary)[0]!, CODES.imageLibraryGroup);
  const references = library
    .flatMap((group) => ofType(group, 'IMAGE'))
    .flatMap((item) => items(item, '00081199'));
  expect(references).toHaveLength(1);
  expect(references[0]!['00081160']).toBeUndefined();
});
