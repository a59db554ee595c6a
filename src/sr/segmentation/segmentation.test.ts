import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { dcmtkJson, first, items } from '../../../test/support/dcmtk-json.ts';
import { validated } from '../../cli/validate/validated.fixture.ts';
import { parsePart10 } from '../../dicom/part10/parse-part10.ts';
import { LEVELS } from '../../domain/level.ts';
import { pixelToPatient } from '../../volume/plane-geometry.ts';
import { PLANNED_LEVELS, plannedImages, plannedVolumes, reportToCompose } from '../report.fixture.ts';
import { plannedOutlines, plannedStructure } from './outlined-study.fixture.ts';
import { encodeSegmentation } from './segmentation.ts';
import { type SegmentedSeries, segmentedPlanes, segmentedSeries } from './segmented-series.ts';
import { SEGMENT_VALUE, SEGMENTS, type SegmentName, VERTEBRAE } from './segments.ts';

const report = reportToCompose();
const { algorithm } = report.graded;
const images = plannedImages(report.images[0]!.reference.frameOfReferenceUid);
const outlines = plannedOutlines(images);
const volumes = plannedVolumes(images);
let sagittal: SegmentedSeries;
let axial: SegmentedSeries;
beforeAll(async () => {
  const series = await segmentedSeries(['sagittal', 'axial'], PLANNED_LEVELS, outlines, volumes);
  [sagittal, axial] = series as [SegmentedSeries, SegmentedSeries];
});

const counts = ({ slices }: SegmentedSeries, name: SegmentName) =>
  slices.reduce((sum, { segments }) => sum + segments.filter((at) => at === SEGMENT_VALUE[name]).length, 0);

test('what is outlined is marked in the pixels of its image, where it lies in the patient', () => {
  for (const { slices } of [sagittal, axial]) {
    for (const { plane, segments } of slices) {
      let [set, right] = [0, 0];
      segments.forEach((value, at) => {
        const place = pixelToPatient(plane, at % plane.columns, Math.floor(at / plane.columns));
        const structure = plannedStructure(place);
        if (value === 0 && structure === null) return;
        set += 1;
        const name = SEGMENTS[value - 1]?.name;
        const isDisc = name === 'disc' || LEVELS.some((level) => level === name);
        const isVertebra = name === 'vertebra' || VERTEBRAE.some((vertebra) => vertebra === name);
        if (structure === (isDisc ? 'disc' : isVertebra ? 'vertebra' : name)) right += 1;
      });
      expect(set).toBeGreaterThan(1000);
      // But for pixels at margins.
      expect(right / set).toBeGreaterThan(0.9);
    }
  }
});

test('discs and vertebrae carry the names of their levels; what is of none, none', async () => {
  for (const name of [...LEVELS, ...VERTEBRAE]) expect(counts(sagittal, name)).toBeGreaterThan(400);
  expect([counts(sagittal, 'disc'), counts(sagittal, 'vertebra')]).toEqual([0, 0]);
  expect(counts(axial, 'vertebra')).toBeGreaterThan(400);
  // A level that was not found names neither its disc nor the bodies beside it.
  const four = PLANNED_LEVELS.filter(({ level }) => level !== 'L3/L4');
  const without = { ...outlines, sagittal: outlines.sagittal.slice(1) };
  const [series] = await segmentedSeries(['sagittal'], four, without, volumes);
  for (const name of ['L3/L4', 'L3', 'L4'] as const) expect(counts(series!, name)).toBe(0);
  for (const name of ['L4/L5', 'L2', 'L5', 'S1'] as const) expect(counts(series!, name)).toBeGreaterThan(400);
  expect(counts(series!, 'disc')).toBe(counts(sagittal, 'L3/L4'));
  expect(counts(series!, 'vertebra')).toBe(counts(sagittal, 'L3') + counts(sagittal, 'L4'));
});

test('what is outlined as one is named for neither of two', async () => {
  const [outline] = outlines.sagittal;
  if (typeof outline !== 'object') throw new Error('there is no outline');
  const { size } = outline.grid;
  const { vertebra } = outline.shares;
  // From its first to its last row of bone a column is bone.
  const all = new Float32Array(size * size);
  for (let column = 0; column < size; column++) {
    const rows = Array.from({ length: size }, (_, row) => row).filter(
      (row) => vertebra![row * size + column],
    );
    for (let row = rows[0] ?? size; row <= (rows.at(-1) ?? 0); row++) all[row * size + column] = 1;
  }
  const merged = {
    ...outline,
    shares: { ...outline.shares, vertebra: all, disc: new Float32Array(size * size) },
  };
  const joined = { ...outlines, sagittal: PLANNED_LEVELS.map(() => merged) };
  const [series] = await segmentedSeries(['sagittal'], PLANNED_LEVELS, joined, volumes);
  for (const name of VERTEBRAE) expect(counts(series!, name)).toBe(0);
  expect(counts(series!, 'vertebra')).toBeGreaterThan(5000);
  for (const name of LEVELS) expect(counts(series!, name)).toBe(0);
});

test('planes are segmented where something was measured on an image with a frame of reference', () => {
  expect(segmentedPlanes({})).toEqual([]);
  const [framed, unframed] = [images[0]!.reference, plannedImages(null)[0]!.reference];
  const measured = { level: 'L3/L4', value: 12, role: 'sagittal-t2', pointsMm: [], pixels: [] } as const;
  const absent = { level: 'L3/L4', measure: 'sac-area', absent: 'no-axial-slices' } as const;
  const length = { ...measured, measure: 'slip', image: framed } as const;
  expect(segmentedPlanes({ measurements: [length, absent] })).toEqual(['sagittal']);
  const area = { ...measured, role: 'axial-t2', measure: 'sac-area', image: framed } as const;
  expect(segmentedPlanes({ measurements: [length, area] })).toEqual(['sagittal', 'axial']);
  expect(segmentedPlanes({ measurements: [{ ...length, image: unframed }] })).toEqual([]);
});

test('a series without a frame of reference has no segmentation; slices of another matrix are left out', async () => {
  const unframed = plannedImages(null);
  const none = await segmentedSeries(
    ['sagittal'],
    PLANNED_LEVELS,
    plannedOutlines(unframed),
    plannedVolumes(unframed),
  );
  expect(none).toEqual([]);
  const { slices } = volumes['axial-t2']!;
  const mixed = slices.map((slice, i) =>
    i === 2 ? { ...slice, plane: { ...slice.plane, rows: 200 } } : slice,
  );
  const others = { ...volumes, 'axial-t2': { ...volumes['axial-t2']!, slices: mixed } };
  const [series] = await segmentedSeries(['axial'], PLANNED_LEVELS, outlines, others);
  expect(series!.slices.map(({ image }) => image)).toEqual(
    axial.slices.map(({ image }) => image).filter((image) => image !== slices[2]!.image),
  );
});

test('the object: its segments, the frame of each on its image, and the pixels', async () => {
  for (const series of [sagittal, axial]) {
    const bytes = encodeSegmentation(report, series, algorithm);
    expect(Buffer.compare(encodeSegmentation(report, series, algorithm), bytes)).toBe(0);
    const json = await dcmtkJson(bytes);
    expect(first(json, '00080016')).toBe('1.2.840.10008.5.1.4.1.1.66.4');
    expect(first(json, '00200052')).toBe(series.frameOfReferenceUid);
    const segments = items(json, '00620002');
    expect(segments.map((item) => first(item, '00620004'))).toEqual(segments.map((_, i) => i + 1));
    const labelled = segments.map((item) => SEGMENTS.find(({ label }) => label === first(item, '00620005'))!);
    for (const [i, { type, region }] of labelled.entries()) {
      const code = (tag: string) => first(items(segments[i]!, tag)[0], '00080100');
      expect([code('00620003'), code('0062000F'), code('00082218')]).toEqual([
        '91723000',
        type.value,
        region.value,
      ]);
    }
    const frames = items(json, '52009230');
    expect(Number(first(json, '00280008'))).toBe(frames.length);
    const { dataOffset } = parsePart10(bytes).elements['x7fe00010']!;
    const { rows, columns } = series.slices[0].plane;
    let bit = 0;
    for (const frame of frames) {
      const number = Number(first(items(frame, '0062000A')[0], '0062000B'));
      const source = items(items(frame, '00089124')[0]!, '00082112')[0];
      const slice = series.slices.find(({ image }) => image.sopInstanceUid === first(source, '00081155'))!;
      const position = items(frame, '00209113')[0]!['00200032']!.Value!.map(Number);
      position.forEach((mm, axis) => {
        expect(mm).toBeCloseTo(slice.plane.originMm[axis]!, 6);
      });
      const value = SEGMENT_VALUE[labelled[number - 1]!.name];
      let set = 0;
      for (let at = 0; at < rows * columns; at++, bit++) {
        const is = (bytes[dataOffset + (bit >> 3)]! >> (bit & 7)) & 1;
        if (is !== Number(slice.segments[at] === value)) throw new Error(`pixel ${at} of a frame differs`);
        set += is;
      }
      expect(set).toBeGreaterThan(0);
    }
  }
});

test('a name longer than an attribute holds is cut, and slices that are not parallel keep their orientations', async () => {
  const [one, other] = axial.slices;
  const turned = { ...other!.plane, rowDirection: [0.8, 0.6, 0], columnDirection: [-0.6, 0.8, 0] } as const;
  const mixed: SegmentedSeries = { ...axial, slices: [one, { ...other!, plane: turned }] };
  const json = await dcmtkJson(encodeSegmentation(report, mixed, { ...algorithm, name: 'x'.repeat(100) }));
  expect(first(items(json, '00620002')[0], '00620009')).toBe('x'.repeat(64));
  expect(items(items(json, '52009229')[0]!, '00209116')).toEqual([]);
  const orientations = items(json, '52009230').map((frame) =>
    items(frame, '00209116')[0]!['00200037']!.Value!.map(Number).join(),
  );
  expect(new Set(orientations).size).toBe(2);
});

test('dciodvfy finds no error in it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'segmentation-'));
  try {
    const files = await Promise.all(
      [sagittal, axial].map(async (series) => {
        const file = join(folder, `${series.of}.dcm`);
        await writeFile(file, encodeSegmentation(report, series, algorithm));
        return file;
      }),
    );
    for (const { fault, verdicts } of await validated(files)) {
      expect(fault).toBeNull();
      expect(verdicts).toMatchObject([{ validator: 'dciodvfy', installed: true, errors: [] }]);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
