import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { frameDataSets } from '../src/dicom/image/functional-groups.ts';
import { convert } from '../src/dicom/image/image.fixture.ts';
import type { ImageHeader } from '../src/dicom/image/image-header.ts';
import { headersFromJson } from '../src/dicom/image/image-header.ts';
import { readInstance } from '../src/dicom/image/read-instance.ts';
import { ImagingError } from '../src/dicom/imaging-error.ts';
import { headerJson, parsePart10 } from '../src/dicom/part10/parse-part10.ts';
import { inWords } from '../src/domain/remark.ts';
import { SERIES_ROLES } from '../src/domain/series-role.ts';
import { decodeFrame } from '../src/pixels/decode-frame.ts';
import type { CandidateSeries } from '../src/series/candidate-series.ts';
import { selectSeries } from '../src/series/select-series.ts';
import { slicesFromInstance } from '../src/volume/slice-from-instance.ts';
import type { SlicePlane } from '../src/volume/volume.ts';
import type { EnhancedFrame, EnhancedMrAttributes } from './support/enhanced/enhanced-mr-attributes.ts';
import { writeEnhancedMr } from './support/enhanced/write-enhanced-mr.ts';

const ATTRIBUTES: EnhancedMrAttributes = {
  studyInstanceUid: '2.25.1',
  seriesInstanceUid: '2.25.2',
  sopInstanceUid: '2.25.3',
  frameOfReferenceUid: '2.25.9',
  patientId: 'P1',
  patientName: 'Phantom^1',
  studyId: '1',
  accessionNumber: 'A1',
  studyDate: '20240131',
  studyTime: '101500',
  studyDescription: 'MR',
  seriesDescription: '',
  seriesNumber: 2,
  manufacturer: 'spinegrade',
  manufacturerModelName: 'test',
  softwareVersions: '1',
  repetitionTimeMs: 3500,
  echoTimeMs: 100,
  inversionTimeMs: null,
  echoTrainLength: 16,
  sliceThicknessMm: 4,
  spacingBetweenSlicesMm: 4.4,
  weighting: 'T2',
};

/** Sagittal, 20 × 16 pixels of 14 mm, each frame of its own values. */
function frame(index: number, changes: Partial<EnhancedFrame> = {}, columns = 16): EnhancedFrame {
  const plane: SlicePlane = {
    originMm: [index * 4.4 - 30, -120, 140],
    rowDirection: [0, 1, 0],
    columnDirection: [0, 0, -1],
    rowSpacingMm: 1.4,
    columnSpacingMm: 1.2,
    rows: 128,
    columns,
  };
  const pixels = Float32Array.from({ length: 128 * columns }, (_, i) => (i * 7 + index * 131) % 4096);
  return { plane, pixels, ...changes };
}
const frames = (count: number, changes: Partial<EnhancedFrame> = {}) =>
  Array.from({ length: count }, (_, index) => frame(index, changes));
const headersOf = (bytes: Uint8Array) => headersFromJson(headerJson(parsePart10(bytes)));

/** The series of one object that these are the frames of. */
function seriesOf(headers: readonly ImageHeader[]): CandidateSeries {
  const { seriesInstanceUid, seriesNumber, modality } = headers[0]!;
  return { seriesInstanceUid, seriesNumber, modality, instanceCount: 1, headers };
}

function select(bytes: Uint8Array) {
  const series = seriesOf(headersOf(bytes));
  const { decisions, chosen } = selectSeries([series], [], SERIES_ROLES);
  const [role, used] = [...chosen][0] ?? [null, []];
  return {
    role,
    frames: used.flatMap((one) => one.headers.map((h) => h.frameNumber)),
    words: decisions[0]!.reasons.map(inWords).join('; '),
  };
}

const folder = mkdtempSync(join(tmpdir(), 'enhanced-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('an Enhanced MR object', () => {
  const written = writeEnhancedMr(frames(12), ATTRIBUTES);

  test.each([
    ['a spin echo', written],
    ['STIR', writeEnhancedMr(frames(3), { ...ATTRIBUTES, inversionTimeMs: 160 })],
  ])('of %s has no error that dciodvfy finds', (_, bytes) => {
    const file = join(folder, 'enhanced.dcm');
    writeFileSync(file, bytes);
    const report = execFileSync('sh', ['-c', 'dciodvfy -new "$1" 2>&1', 'sh', file], { encoding: 'utf8' });
    expect(report).toContain('EnhancedMRImage');
    expect(report).not.toContain('Error');
  });

  test.each([
    ['Explicit VR Little Endian', []],
    ['Implicit VR Little Endian', ['dcmconv', '+ti']],
    ['Explicit VR Big Endian', ['dcmconv', '+tb']],
    ['Deflated', ['dcmconv', '+td']],
    ['RLE Lossless', ['dcmcrle']],
    ['JPEG Lossless', ['dcmcjpeg', '+e1']],
    ['JPEG-LS', ['dcmcjpls']],
    ['JPEG-LS without an offset table', ['dcmcjpls', '-ot']],
  ])('in %s: each frame has its own place, times and pixels', async (_, [command, ...args]) => {
    const bytes = command === undefined ? written : convert(written, command, ...args);
    const headers = headersOf(bytes);
    expect(headers.map(({ frameNumber }) => frameNumber)).toEqual(
      Array.from({ length: 12 }, (_, i) => i + 1),
    );
    for (const [index, header] of headers.entries()) {
      const { plane } = frame(index);
      expect(header).toMatchObject({
        sopInstanceUid: '2.25.3',
        numberOfFrames: 1,
        echoTimeMs: 100,
        repetitionTimeMs: 3500,
        inversionTimeMs: null,
        flipAngleDegrees: 90,
        scanningSequence: ['SE'],
        rowDirection: [0, 1, 0],
        pixelSpacingMm: [1.4, 1.2],
        sliceThicknessMm: 4,
        temporalPosition: 1,
        stackId: '1',
      });
      expect(header.imagePositionMm![0]).toBeCloseTo(plane.originMm[0], 9);
    }
    const slices = slicesFromInstance(readInstance(bytes), [12, 1, 7], decodeFrame);
    expect(slices.map(({ image }) => image.frameNumber)).toEqual([12, 1, 7]);
    for (const [i, index] of [11, 0, 6].entries()) {
      expect(await slices[i]!.pixels()).toEqual(frame(index).pixels);
    }
  });

  test('frames of an odd number of one-byte pixels or a missing frame are told apart', () => {
    expect(() => slicesFromInstance(readInstance(written), [13], decodeFrame)).toThrow(
      /no frame 13 among 12/,
    );
    expect(() => slicesFromInstance(readInstance(written), [null], decodeFrame)).toThrow(ImagingError);
  });

  test('functional groups that do not describe NumberOfFrames frames are refused, the tag named', () => {
    const json = headerJson(parsePart10(written));
    const broken = { ...json, '00280008': { vr: 'IS', Value: ['1000'] } };
    expect(() => frameDataSets(broken)).toThrow(
      /2\.25\.3: the functional groups describe 12 frames where NumberOfFrames says 1000 \(5200,9230\)/,
    );
  });

  test('a frame that says nothing of its place spoils the series, in words', () => {
    const json = headerJson(parsePart10(written));
    const groups = [...(json['52009230']!.Value ?? [])] as Record<string, unknown>[];
    const { '00209113': _, ...placeless } = groups[4]!;
    groups[4] = placeless;
    const headers = headersFromJson({ ...json, '52009230': { vr: 'SQ', Value: groups } });
    const { decisions } = selectSeries([seriesOf(headers)], ['sagittal-t2']);
    expect(decisions[0]!.reasons.map(inWords).join()).toContain(
      '1 of 12 images: no ImagePositionPatient (0020,0032)',
    );
  });
});

describe('several sets of frames in one object', () => {
  test('two echoes: the T2 frames are used', () => {
    const object = writeEnhancedMr(
      [...frames(12, { echoTimeMs: 15 }), ...frames(12, { echoTimeMs: 95 })],
      ATTRIBUTES,
    );
    const { role, frames: used, words } = select(object);
    expect(role).toBe('sagittal-t2');
    expect(used).toEqual(Array.from({ length: 12 }, (_, i) => i + 13));
    expect(words).toMatch(/holds 2 sets of images; 12 of 24 images.*proton density-weighted/);
  });

  test('three points in time: the first is used', () => {
    const object = writeEnhancedMr(
      [2, 1, 3].flatMap((temporalPosition) => frames(12, { temporalPosition })),
      ATTRIBUTES,
    );
    const { frames: used, words } = select(object);
    expect(used).toEqual(Array.from({ length: 12 }, (_, i) => i + 13));
    expect(words).toContain('of 3 time points one is used, 24 images left out');
  });

  test('what differs in matrix cannot be one object', () => {
    expect(() => writeEnhancedMr([frame(0), frame(1, {}, 20)], ATTRIBUTES)).toThrow(RangeError);
    expect(() => writeEnhancedMr([], ATTRIBUTES)).toThrow(RangeError);
  });
});
