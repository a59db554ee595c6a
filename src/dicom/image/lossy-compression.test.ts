import { expect, test } from 'vitest';
import type { DicomJson } from '../json/dicom-json.ts';
import { lossyCompression } from './lossy-compression.ts';

const NATIVE = '1.2.840.10008.1.2.1';
const JPEG_BASELINE = '1.2.840.10008.1.2.4.50';
const JPEG_2000 = '1.2.840.10008.1.2.4.91';
const cs = (...Value: string[]) => ({ vr: 'CS', Value });
const untold = { ratios: [], methods: [] };

test('an image that says of none, and may be stored without loss, has been through none', () => {
  expect(lossyCompression({}, NATIVE)).toBeNull();
  expect(lossyCompression({ '00282110': cs('00') }, NATIVE)).toBeNull();
  expect(lossyCompression({}, JPEG_2000)).toBeNull();
});

test('what an image tells is kept, what no attribute may hold is not', () => {
  const image: DicomJson = {
    '00282110': cs('01'),
    '00282112': { vr: 'DS', Value: ['4', 10.5, '0'] },
    '00282114': cs('ISO_15444_1', 'iso?', 'ISO_10918_1'),
  };
  const methods = ['ISO_15444_1', 'ISO_10918_1'];
  expect(lossyCompression(image, NATIVE)).toEqual({ ratios: [4, 10.5], methods });
  expect(lossyCompression({ '00282110': cs('01') }, NATIVE)).toEqual(untold);
  expect(lossyCompression({ '00282110': cs('01'), '00282112': cs('junk') }, NATIVE)).toEqual(untold);
});

test('a transfer syntax that always loses is enough', () => {
  expect(lossyCompression({}, JPEG_BASELINE)).toEqual(untold);
  expect(lossyCompression({ '00282110': cs('00') }, JPEG_BASELINE)).toEqual(untold);
});
