import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { headerFromJson } from '../../dicom/image/image-header.ts';
import { encodePart10 } from '../../dicom/part10/encode-part10.ts';
import { headerJson, parsePart10 } from '../../dicom/part10/parse-part10.ts';
import type { SlicePlane } from '../../volume/volume.ts';
import type { MrImageAttributes } from './mr-image-attributes.ts';
import { mrImageDataSet } from './write-mr-image.ts';

const [sine, cosine] = [Math.sin(0.2), Math.cos(0.2)];
const PLANE: SlicePlane = {
  originMm: [-78.088885831791, 1 / 3e7, -433.51507817399],
  rowDirection: [1, 0, 0],
  columnDirection: [0, cosine, sine],
  rowSpacingMm: 0.53571426868439,
  columnSpacingMm: 0.7,
  rows: 3,
  columns: 4,
};

const ATTRIBUTES: MrImageAttributes = {
  studyInstanceUid: '2.25.1',
  seriesInstanceUid: '2.25.2',
  sopInstanceUid: '2.25.3',
  frameOfReferenceUid: '2.25.4',
  patientId: 'P1',
  patientName: 'Test^Écran',
  studyId: '1',
  accessionNumber: 'A1',
  studyDate: '20240229',
  studyTime: '120000',
  studyDescription: 'MR LUMBAR SPINE',
  seriesDescription: 'SAG STIR',
  seriesNumber: 1,
  instanceNumber: 5,
  manufacturer: 'm',
  manufacturerModelName: 'n',
  softwareVersions: '1',
  repetitionTimeMs: 3500,
  echoTimeMs: 60.5,
  inversionTimeMs: 160,
  echoTrainLength: 12,
  sliceThicknessMm: 4,
  spacingBetweenSlicesMm: 4.4,
};

const PIXELS = Float32Array.of(-5, 0, 0.4, 0.6, 10, 20, 30, 40, 4000, 4095, 4096, 9000);
const folder = mkdtempSync(join(tmpdir(), 'mr-image-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('mrImageDataSet', () => {
  const bytes = Buffer.from(encodePart10(mrImageDataSet(PLANE, PIXELS, ATTRIBUTES)));
  const source = parsePart10(bytes);
  const header = headerFromJson(headerJson(source));

  it('is free of dciodvfy errors', () => {
    const file = join(folder, 'image.dcm');
    writeFileSync(file, bytes);
    // Exits with 1 on an error.
    const report = execFileSync('sh', ['-c', 'dciodvfy -new "$1" 2>&1', 'sh', file], { encoding: 'utf8' });
    expect(report).toContain('MRImage');
    expect(report).not.toContain('Error');
  });

  it('keeps the plane to a micrometre in decimal strings of at most 16 characters', () => {
    PLANE.originMm.forEach((value, i) => {
      expect(header.imagePositionMm![i]).toBeCloseTo(value, 6);
    });
    PLANE.columnDirection.forEach((value, i) => {
      expect(header.columnDirection![i]).toBeCloseTo(value, 8);
    });
    expect(header.pixelSpacingMm).toEqual([expect.closeTo(0.53571426868, 8), 0.7]);
    for (const tag of ['x00200032', 'x00200037', 'x00280030']) {
      for (const text of source.string(tag)!.split('\\')) expect(text.length).toBeLessThanOrEqual(16);
    }
  });

  it('tells echo, repetition and inversion times and the sequence', () => {
    expect(header).toMatchObject({
      echoTimeMs: 60.5,
      repetitionTimeMs: 3500,
      inversionTimeMs: 160,
      scanningSequence: ['SE', 'IR'],
      bodyPartExamined: 'LSPINE',
    });
  });

  it('rounds the pixels and cuts them off at 12 bits', () => {
    const element = source.elements['x7fe00010']!;
    const stored = Array.from({ length: 12 }, (_, i) => bytes.readUInt16LE(element.dataOffset + 2 * i));
    expect(stored).toEqual([0, 0, 0, 1, 10, 20, 30, 40, 4000, 4095, 4095, 4095]);
  });
});
