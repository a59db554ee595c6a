import { beforeAll, describe, expect, test } from 'vitest';
import { dcmtkJson, first, items } from '../../../test/support/dcmtk-json.ts';
import { ImagingError } from '../../dicom/imaging-error.ts';
import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import type { GradedStudy } from '../../domain/assessment.ts';
import { LEVELS } from '../../domain/level.ts';
import { isMeasured, type Measured, type Measurement } from '../../domain/measurement.ts';
import type { Point } from '../../domain/point.ts';
import { composeResults } from '../../results/compose-results.ts';
import { pixelToPatient } from '../../volume/plane-geometry.ts';
import type { Slice, SlicePlane, Volumes } from '../../volume/volume.ts';
import { measuredStudy } from '../measurements.fixture.ts';
import {
  gradedStudy,
  PLANNED_LEVELS,
  plannedImages,
  plannedVolumes,
  reportToCompose,
  STUDY_CONTEXT,
} from '../report.fixture.ts';
import { measuredMarks } from './measured-marks.ts';
import { type Picture, renderPicture } from './render-picture.ts';
import { CAUDAL, LEFT, POSTERIOR, placeInView, type SliceView, sliceInView } from './slice-view.ts';
import { summaryImage, UNVERIFIED_STATEMENT } from './summary-image.ts';

const report = reportToCompose();
const images = plannedImages(report.images[0]!.reference.frameOfReferenceUid);
const volumes = plannedVolumes(images);
const graded: GradedStudy = { ...gradedStudy(images), levels: PLANNED_LEVELS };
const made = { softwareVersion: '0.1.0', date: '20240301', time: '101112' };
const summary = (changes: Partial<GradedStudy> = {}, from: Volumes = volumes) =>
  summaryImage({ graded: { ...graded, ...changes }, volumes: from, ...made });
const draw = async (...of: Parameters<typeof summary>) => (await summary(...of)).svg;
const count = (text: string, part: string) => text.split(part).length - 1;

const GROUND: Picture = { width: 240, height: 200, background: [0, 0, 0], slices: [], svg: '' };

describe('a slice in its window', () => {
  const plane = (role: string) => images.find((image) => image.role === role)!.plane;
  const mirrored: SlicePlane = { ...plane('sagittal-t2'), rowDirection: [0, -1, 0], originMm: [0, 100, 120] };
  test.each<[string, SlicePlane, Point, Point]>([
    ['sagittal', plane('sagittal-t2'), POSTERIOR, CAUDAL],
    ['stored back to front', mirrored, POSTERIOR, CAUDAL],
    [
      'stored feet first',
      { ...mirrored, columnDirection: [0, 0, 1], originMm: [0, 100, -120] },
      POSTERIOR,
      CAUDAL,
    ],
    ['tilted axial', plane('axial-t2'), LEFT, POSTERIOR],
  ])('shows a pixel where placeInView says: %s', async (_, slicePlane, right, down) => {
    const [column, row] = [140, 190];
    const pixels = new Float32Array(slicePlane.rows * slicePlane.columns);
    pixels[row * slicePlane.columns + column] = 1000;
    const spot = pixelToPatient(slicePlane, column, row);
    const view: SliceView = {
      slice: { plane: slicePlane, image: images[0]!.reference, pixels: async () => pixels },
      centreMm: pixelToPatient(slicePlane, column - 9, row + 6),
      right,
      down,
      widthMm: 60,
      x: 20,
      y: 30,
      width: 200,
      height: 150,
    };
    const picture = await renderPicture({ ...GROUND, ...(await sliceInView(view)) });
    const { x, y } = placeInView(view, spot);
    const seen = brightPlace(picture);
    expect(Math.hypot(seen.x - x, seen.y - y)).toBeLessThan(0.5);
    // To the right of the picture is where `right` says the patient goes on.
    const beside = placeInView(view, [
      spot[0] + 5 * right[0],
      spot[1] + 5 * right[1],
      spot[2] + 5 * right[2],
    ]);
    expect(beside.x - x).toBeCloseTo((5 * 200) / 60, 0);
  });

  test('is black where it shows nothing of the slice, and says so when it cannot be decoded', async () => {
    const slice: Slice = {
      plane: plane('sagittal-t2'),
      image: images[0]!.reference,
      pixels: async () => {
        throw new ImagingError('broken');
      },
    };
    const view = { slice, centreMm: [0, 5000, 0] as const, right: POSTERIOR, down: CAUDAL, widthMm: 60 };
    const box = { x: 0, y: 0, width: 10, height: 10 };
    expect((await sliceInView({ ...view, ...box })).slices).toEqual([]);
    const near = { ...view, ...box, centreMm: [0, 0, 0] as const };
    expect((await sliceInView(near)).svg).toContain('image cannot be decoded');
  });
});

/** Centre of brightness, in pixels from the corner of the first. */
function brightPlace({ width, samples }: Awaited<ReturnType<typeof renderPicture>>) {
  let [sum, x, y] = [0, 0, 0];
  for (let index = 0; index < samples.length / 3; index++) {
    const value = samples[index * 3]!;
    sum += value;
    x += value * ((index % width) + 0.5);
    y += value * (Math.floor(index / width) + 0.5);
  }
  return { x: x / sum, y: y / sum };
}

describe('the summary', () => {
  test('numbers the levels, tells every grade in words, and says what it is', async () => {
    const svg = await draw();
    for (const level of LEVELS) expect(count(svg, `>${level}<`)).toBe(2);
    for (const { grade } of graded.findings) expect(svg).toContain(`>${grade}<`);
    const grades = ['Normal/Mild', 'Moderate', 'Severe'].map((grade) => count(svg, `>${grade}<`));
    expect(grades.reduce((a, b) => a + b)).toBe(25);
    expect(count(svg, UNVERIFIED_STATEMENT)).toBe(2);
    expect(count(svg, 'stroke-dasharray="5 4"')).toBe(3);
    expect(svg).toContain('3 of 25: uncertain, read with care.');
    expect(svg).toContain(
      'Algorithm test pack 1.2.3 · model abababababab · spinegrade 0.1.0 · 2024-03-01 10:11',
    );
    // The spine and six findings, each with its marker.
    expect((await summary()).slices).toHaveLength(7);
  });

  test('of fewer findings and of series that are missing says so', async () => {
    const few = await draw({
      findings: graded.findings.slice(0, 3),
      warnings: ['There is no axial T2 series.'],
    });
    expect(count(few, '>not graded<')).toBe(22);
    expect(few).toContain('Note: There is no axial T2 series.');
    const { 'sagittal-t2': t2, ...rest } = volumes;
    expect(await draw({}, rest)).toContain('sagittal T1, middle');
    expect(await draw({}, { 'axial-t2': rest['axial-t2']! })).toContain('no sagittal image');
    const normal = graded.findings.map((finding) => ({
      ...finding,
      grade: 'Normal/Mild' as const,
      probabilities: { 'Normal/Mild': 0.9, Moderate: 0.07, Severe: 0.03 },
    }));
    expect(await draw({ findings: normal })).toContain('No moderate or severe grade.');
    const observation = {
      label: 'bulge',
      level: 'L4/L5',
      probability: 0.8,
      present: true,
      location: null,
    } as const;
    const absent = { ...observation, label: 'spondylolisthesis', probability: 0.1, present: false } as const;
    const labels = await draw({ findings: [], observations: [observation, absent] });
    expect(labels).toContain('This model gives no grades');
    expect([count(labels, '>Present<'), count(labels, '>Absent<'), count(labels, '>80 %<')]).toEqual([
      1, 1, 1,
    ]);
    const both = await draw({ observations: [observation, absent] });
    expect(both).toContain('Also present: L4/L5 disc bulge.');
  });

  test('escapes what a pack or a warning may hold', async () => {
    const algorithm = { ...graded.algorithm, name: '<a & "b">' };
    const svg = await draw({ algorithm, warnings: ['x < y & z'] });
    expect(svg).toContain('Algorithm &lt;a &amp; &quot;b&quot;&gt; 1.2.3');
    expect(await renderPicture({ ...GROUND, svg })).toMatchObject({ width: 240, height: 200 });
  });
});

describe('lengths and areas', () => {
  const { measurements = [] } = measuredStudy(images);
  const lengths = (svg: string) => count(svg, 'stroke-opacity="0.7"');

  test('are drawn where they were measured on the slice shown, with their ends and in millimetres', async () => {
    const svg = await draw({ measurements });
    // Canal, sac and disc height of each level.
    const here = svg.slice(0, svg.indexOf('Spinal'));
    expect(lengths(here)).toBe(15);
    for (const [index] of LEVELS.entries()) {
      expect(here).toContain(`>canal ${(14.125 * (1 - index / 10)).toFixed(1)}<`);
      expect(here).toContain(`>sac ${(11.5 * (1 - index / 10)).toFixed(1)}<`);
      expect(here).toContain(`>${(8.75 * (1 - index / 10)).toFixed(1)}<`);
    }
    expect(here).not.toContain('another slice');
  });

  test('end on the points that the report gives', () => {
    const [{ pointsMm }] = measurements.filter(isMeasured) as [Measured];
    const slice = volumes['sagittal-t2']!.slices[2]!;
    const view = { slice, centreMm: pointsMm[0]!, right: POSTERIOR, down: CAUDAL, widthMm: 60 };
    const box = { x: 10, y: 20, width: 120, height: 120 };
    const svg = measuredMarks({ ...view, ...box }, measurements.filter(isMeasured).slice(0, 1), '#fff');
    const end = placeInView({ ...view, ...box }, pointsMm[1]!);
    expect(svg).toContain(`M70.0 80.0L${end.x.toFixed(1)} ${end.y.toFixed(1)}`);
    expect(end.x - 70).toBeCloseTo(14.125 * 2, 6);
  });

  test('of another slice are not drawn on this one, and it says so', async () => {
    const beside = volumes['sagittal-t2']!.slices[4]!.image;
    const moved = measurements.map((each) =>
      each.level === 'L4/L5' && isMeasured(each) && each.measure !== 'sac-area'
        ? { ...each, image: beside }
        : each,
    );
    const svg = await draw({ measurements: moved });
    const here = svg.slice(0, svg.indexOf('Spinal'));
    expect(lengths(here)).toBe(12);
    expect(here).toContain('measured on another slice: L4/L5');
  });

  test('a slip worth telling is drawn, a smaller one is not', async () => {
    const slipped = measurements.map((each) =>
      each.level === 'L4/L5' && each.measure === 'slip' && isMeasured(each) ? { ...each, value: 5.25 } : each,
    );
    expect(await draw({ measurements })).not.toContain('>slip ');
    expect(await draw({ measurements: slipped })).toContain('>slip +5.3<');
    const alone = slipped.filter(
      ({ level, measure }) =>
        level !== 'L4/L5' || (measure !== 'canal-diameter' && measure !== 'sac-diameter'),
    );
    expect(await draw({ measurements: alone })).toContain('>slip +5.3<');
  });

  test('none give the picture that there was before any', async () => {
    const absent = measurements.map(
      ({ level, measure }): Measurement => ({ level, measure, absent: 'not-outlined' }),
    );
    const before = await draw();
    expect(await draw({ measurements: [] })).toBe(before);
    expect(await draw({ measurements: absent })).toBe(before);
  });
});

describe('as a Secondary Capture', () => {
  const compose = async (studyContext: DicomJson) => {
    const [object] = await composeResults(
      {
        kinds: ['SC'],
        series: {
          SR: report.series,
          SC: { number: 991, description: 'summary' },
          KO: report.series,
          SEG: report.series,
        },
        observer: report.observer,
      },
      {
        analysisKey: 'key',
        studyInstanceUid: report.studyInstanceUid,
        studyContext,
        createdAt: report.createdAt,
        predecessor: Promise.resolve(null),
      },
      { graded, volumes, outlines: null },
    );
    return object!;
  };
  let json: DicomJson;
  let other: DicomJson;
  beforeAll(async () => {
    json = await dcmtkJson((await compose(STUDY_CONTEXT)).bytes);
    const name = { vr: 'PN', Value: [{ Alphabetic: 'Another^Person' }] };
    const stranger = { ...STUDY_CONTEXT, '00100010': name, '00100020': { vr: 'LO', Value: ['OTHER'] } };
    other = await dcmtkJson((await compose(stranger)).bytes);
  });

  test('names its kind, its series and the images it shows', () => {
    expect(json['00080008']?.Value).toEqual(['DERIVED', 'SECONDARY']);
    const values = ['00080016', '00080060', '00080064', '00280301', '00280004', '00280010', '00280011'].map(
      (tag) => first(json, tag),
    );
    expect(values).toEqual(['1.2.840.10008.5.1.4.1.1.7', 'OT', 'WSD', 'NO', 'RGB', 1024, 1024]);
    expect(Number(first(json, '00200011'))).toBe(991);
    const sources = items(json, '00082112').map((item) => first(item, '00081155'));
    const known = images.map(({ reference }): string => reference.sopInstanceUid);
    expect(sources.length).toBeGreaterThan(1);
    expect(sources.filter((uid) => !known.includes(String(uid)))).toEqual([]);
  });

  test('has no patient in its pixels: those of another patient are the same', () => {
    expect(first(other, '00100020')).toBe('OTHER');
    const pixels = (of: DicomJson) => of['7FE00010']?.InlineBinary;
    expect(pixels(json)?.length).toBeGreaterThan(4_000_000);
    expect(pixels(other) === pixels(json)).toBe(true);
  });
});
