import { describe, expect, test } from 'vitest';
import { convert, element, imageBytes } from '../dicom/image/image.fixture.ts';
import { readInstance } from '../dicom/image/read-instance.ts';
import { ImagingError } from '../dicom/imaging-error.ts';
import { decode, decodeInstance, PATTERN, PATTERN_ATTRIBUTES, sliceOf } from './decode-frame.fixture.ts';

describe('transfer syntaxes', () => {
  const plain = imageBytes(PATTERN_ATTRIBUTES);
  test.each([
    ['Explicit VR Little Endian', plain],
    ['Implicit VR Little Endian', convert(plain, 'dcmconv', '+ti')],
    ['Explicit VR Big Endian', convert(plain, 'dcmconv', '+tb')],
    ['Deflated Explicit VR Little Endian', convert(plain, 'dcmconv', '+td')],
    ['RLE Lossless', convert(plain, 'dcmcrle')],
    ['RLE Lossless, decoded by dcmtk', convert(convert(plain, 'dcmcrle'), 'dcmdrle')],
  ])('%s gives the same values', async (_, bytes) => {
    expect(await decode(bytes)).toEqual(Float32Array.from(PATTERN));
  });

  const bytePattern = Uint8Array.from({ length: 35 }, (_, index) => (index < 20 ? 9 : index * 5));
  const oneByte = imageBytes({
    '00280010': element('US', 5),
    '00280011': element('US', 7),
    '00280100': element('US', 8),
    '00280101': element('US', 8),
    '00280102': element('US', 7),
    '7FE00010': element('OW', Uint8Array.from([...bytePattern, 0]).buffer),
  });
  test.each([
    ['Explicit VR Little Endian', oneByte],
    ['Implicit VR Little Endian', convert(oneByte, 'dcmconv', '+ti')],
    ['Explicit VR Big Endian', convert(oneByte, 'dcmconv', '+tb')],
    ['RLE Lossless', convert(oneByte, 'dcmcrle')],
  ])('one-byte pixels in %s, an odd number of them', async (_, bytes) => {
    expect(await decode(bytes)).toEqual(Float32Array.from(bytePattern));
  });

  test('a frame split over several fragments is put together', async () => {
    const compressed = readInstance(convert(plain, 'dcmcrle'));
    if (compressed.pixels.kind !== 'encapsulated') throw new Error('dcmcrle did not encapsulate');
    const whole = compressed.pixels.fragments[0]!;
    const fragments = [whole.subarray(0, 100), whole.subarray(100)];
    const split = { ...compressed, pixels: { ...compressed.pixels, fragments } };
    expect(await decodeInstance(split)).toEqual(Float32Array.from(PATTERN));
  });

  test('a syntax without a decoder is refused by its name, and the instance named', () => {
    const progressive = imageBytes({}, '1.2.840.10008.1.2.4.55');
    expect(() => sliceOf(progressive)).toThrow(ImagingError);
    expect(() => sliceOf(progressive)).toThrow(/2\.25\.3.*JPEG Full Progression.*\(0002,0010\)/);
    expect(() => sliceOf(imageBytes({}, '1.3.6.1.4.1.5962.1'))).toThrow(
      'transfer syntax 1.3.6.1.4.1.5962.1 ',
    );
  });
});
