import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { convert, element, imageBytes } from '../dicom/image/image.fixture.ts';
import { readInstance } from '../dicom/image/read-instance.ts';
import { ImagingError } from '../dicom/imaging-error.ts';
import { PATTERN_ATTRIBUTES, pixelsOf, sliceOf } from './decode-frame.fixture.ts';

describe('bad objects', () => {
  test.each([
    ['(0020,0032)', { '00200032': undefined }],
    ['(0020,0037)', { '00200037': undefined }],
    ['(0020,0037)', { '00200037': element('DS', 1, 0, 0, 0.5, 0.8, 0) }],
    ['(0020,0037)', { '00200037': element('DS', 2, 0, 0, 0, 2, 0) }],
    ['(0028,0030)', { '00280030': undefined }],
    ['(0028,0010)', { '00280010': undefined }],
    ['(0028,0010)', { '00280010': element('US', 65535), '00280011': element('US', 65535) }],
    ['(0028,0011)', { '00280011': element('US', 0) }],
    ['(0028,0008)', { '00280008': element('IS', '2') }],
    ['(0028,0002)', { '00280002': element('US', 3) }],
    ['(0028,0004)', { '00280004': element('CS', 'PALETTE COLOR') }],
    ['(0028,0100)', { '00280100': element('US', 32) }],
    ['(0028,0100)', { '00280100': undefined }],
    ['(0028,0101)', { '00280101': element('US', 17) }],
    ['(0028,0102)', { '00280102': element('US', 16) }],
    ['(7FE0,0010)', { '7FE00010': undefined }],
    ['(7FE0,0010)', { '7FE00010': element('OW', new ArrayBuffer(38)) }],
    [
      '(7FE0,0010)',
      { '7FE00010': element('OW', Uint16Array.from({ length: 25 }, (_, index) => index).buffer) },
    ],
    ['(0028,1053)', { '00281053': element('DS', 'steep') }],
    ['(0028,1053)', { '00281053': element('DS', '0') }],
    ['(0028,1052)', { '00281052': element('DS', '1,5') }],
    ['(0028,0101)', { '00280101': element('CS', 'TWELVE') }],
  ])('%s at fault is named', async (tag, changes) => {
    const fault = await pixelsOf(imageBytes(changes)).catch((cause: unknown) => cause);
    expect(fault).toBeInstanceOf(ImagingError);
    expect((fault as ImagingError).message).toContain('SOP instance 2.25.3: ');
    expect((fault as ImagingError).tag).toBe(tag);
  });

  test('a bare data set is refused', () => {
    expect(() => readInstance(convert(imageBytes(), 'dcmconv', '--write-dataset'))).toThrow(ImagingError);
  });

  test.each(['+ti', '+tb', '+td', '+te'])('an object cut off anywhere is refused (%s)', async (syntax) => {
    const whole = convert(imageBytes(), 'dcmconv', syntax);
    for (let length = 0; length < whole.length; length++) {
      await expect(pixelsOf(whole.subarray(0, length)), `cut at ${length}`).rejects.toThrow(ImagingError);
    }
  });

  test('an RLE object cut off anywhere inside its frame is refused', async () => {
    const whole = convert(imageBytes(PATTERN_ATTRIBUTES), 'dcmcrle');
    const delimiter = 8;
    for (let length = 0; length < whole.length - delimiter; length += 3) {
      await expect(pixelsOf(whole.subarray(0, length)), `cut at ${length}`).rejects.toThrow(ImagingError);
    }
  });

  test('a deflated object that would fill the memory is refused', () => {
    const deflated = convert(imageBytes(), 'dcmconv', '+td');
    const metaLength = 132 + 12 + new DataView(deflated.buffer, deflated.byteOffset).getUint32(140, true);
    const bomb = deflateRawSync(new Uint8Array(200 * 1024 * 1024), { level: 9 });
    const bytes = Uint8Array.from([...deflated.subarray(0, metaLength), ...bomb]);
    expect(() => readInstance(bytes)).toThrow(ImagingError);
  });

  test('any bytes changed in the header give an ImagingError or an image, never another fault', async () => {
    const whole = imageBytes();
    const flips = fc.array(fc.tuple(fc.integer({ min: 132, max: whole.length - 1 }), fc.nat(255)), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(flips, async (changes) => {
        const broken = Uint8Array.from(whole);
        for (const [at, value] of changes) broken[at] = value;
        try {
          const { plane, pixels } = sliceOf(broken);
          expect(await pixels()).toHaveLength(plane.rows * plane.columns);
        } catch (fault) {
          expect(fault).toBeInstanceOf(ImagingError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
