import { expect, test } from 'vitest';
import { convert, element, imageBytes } from '../dicom/image/image.fixture.ts';
import { type EncapsulatedPixels, type Instance, readInstance } from '../dicom/image/read-instance.ts';
import { ImagingError } from '../dicom/imaging-error.ts';
import { decodeFrame } from './decode-frame.ts';
import { encodedFrames } from './encoded-frame.ts';
import { frameFragments } from './frame-fragments.ts';

const [FRAMES, ROWS, COLUMNS] = [4, 40, 60];
/** Noise, so that a compressed frame needs several fragments of 2 kB. */
const CELLS = Uint16Array.from({ length: FRAMES * ROWS * COLUMNS }, (_, i) => (i * i * 7919) % 4093);
const EXPECTED = Array.from({ length: FRAMES }, (_, i) =>
  Float32Array.from(CELLS.subarray(i * ROWS * COLUMNS, (i + 1) * ROWS * COLUMNS)),
);

const multiFrame = imageBytes({
  '00080016': element('UI', '1.2.840.10008.5.1.4.1.1.4.1'),
  '00280008': element('IS', String(FRAMES)),
  '00280010': element('US', ROWS),
  '00280011': element('US', COLUMNS),
  '52009229': element('SQ', { '00289110': element('SQ', { '00280030': element('DS', '1', '1') }) }),
  '52009230': element(
    'SQ',
    ...EXPECTED.map((_, i) => ({
      '00209113': element('SQ', { '00200032': element('DS', '0', '0', String(4 * i)) }),
    })),
  ),
  '7FE00010': element('OW', CELLS.buffer),
});

const decodeAll = (instance: Instance) => Promise.all(encodedFrames(instance).map(decodeFrame));

test.each([
  ['native', multiFrame],
  ['big endian', convert(multiFrame, 'dcmconv', '+tb')],
  ['RLE, a fragment a frame', convert(multiFrame, 'dcmcrle')],
  ['JPEG Lossless, a fragment a frame', convert(multiFrame, 'dcmcjpeg')],
  ['JPEG Lossless, frames over fragments, offset table', convert(multiFrame, 'dcmcjpeg', '+fs', '2', '+ot')],
  [
    'JPEG Lossless, frames over fragments, no offset table',
    convert(multiFrame, 'dcmcjpeg', '+fs', '2', '-ot'),
  ],
  ['JPEG-LS, frames over fragments, no offset table', convert(multiFrame, 'dcmcjpls', '+fs', '2', '-ot')],
  ['RLE, frames over fragments, offset table', convert(multiFrame, 'dcmcrle', '+fs', '2', '+ot')],
  ['JPEG 2000 by GDCM', convert(multiFrame, 'gdcmconv', '--j2k')],
])('%s: each frame is its own', async (_, bytes) => {
  expect(await decodeAll(readInstance(bytes))).toEqual(EXPECTED);
});

const split = readInstance(convert(multiFrame, 'dcmcrle', '+fs', '2', '+ot'));
const pixels = split.pixels as EncapsulatedPixels;

test('frames over fragments are really there, and a basic offset table', () => {
  expect(pixels.fragments.length).toBeGreaterThan(FRAMES);
  expect(pixels.basicOffsets).toHaveLength(FRAMES);
});

test('the extended offset table tells as the basic one does, and goes before it', async () => {
  const { basicOffsets } = pixels;
  const misleading = basicOffsets.map((offset) => offset + 2);
  for (const basic of [[], misleading]) {
    const instance = { ...split, pixels: { ...pixels, basicOffsets: basic, extendedOffsets: basicOffsets } };
    expect(await decodeAll(instance)).toEqual(EXPECTED);
  }
});

test('an extended offset table is read from its object', () => {
  const table = new BigUint64Array([0n, 5_000_000_000n]);
  const bytes = imageBytes(
    { '7FE00001': element('UN', table.buffer), '7FE00010': element('OB', new ArrayBuffer(40)) },
    '1.2.840.10008.1.2.5',
  );
  // dcmjs does not know the VR.
  const at = Buffer.from(bytes).indexOf(Buffer.from('e07f0100554e', 'hex'));
  bytes.set(Buffer.from('OV'), at + 4);
  const withTable = readInstance(bytes);
  expect((withTable.pixels as EncapsulatedPixels).extendedOffsets).toEqual([0, 5_000_000_000]);
});

test.each([
  ['no table, and RLE does not tell its begin', { basicOffsets: [] }],
  ['a table of too few frames', { basicOffsets: pixels.basicOffsets.slice(1) }],
  ['a table that points beside the fragments', { basicOffsets: [0, 1, 2, 3] }],
  ['a table out of order', { basicOffsets: [0, ...pixels.basicOffsets.slice(1).reverse()] }],
  ['no fragments', { fragments: [], fragmentOffsets: [] }],
])('%s: refused, and PixelData named', (_, changes) => {
  const instance = { ...split, pixels: { ...pixels, ...changes } };
  expect(() => frameFragments(instance)).toThrow(ImagingError);
  expect(() => frameFragments(instance)).toThrow(/SOP instance 2\.25\.3: PixelData has .*\(7FE0,0010\)/);
});
