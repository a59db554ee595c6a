import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { convert, element, imageBytes } from '../dicom/image/image.fixture.ts';
import { type Instance, readInstance } from '../dicom/image/read-instance.ts';
import { ImagingError } from '../dicom/imaging-error.ts';
import { slicesFromInstance } from '../volume/slice-from-instance.ts';
import { decodeFrame } from './decode-frame.ts';
import { encodedFrames } from './encoded-frame.ts';

const decodeInstance = (instance: Instance) => decodeFrame(encodedFrames(instance)[0]!);
const decode = (bytes: Uint8Array) => decodeInstance(readInstance(bytes));
const sliceOf = (bytes: Uint8Array) => slicesFromInstance(readInstance(bytes), [null], decodeFrame)[0]!;
const pixelsOf = async (bytes: Uint8Array) => sliceOf(bytes).pixels();
const THOUSANDS = Array.from({ length: 20 }, (_, index) => index * 1000);

/** Pixel cells of 12 stored bits above 2 unused ones, runs and noise in them, so that RLE has both. */
const PATTERN = Uint16Array.from({ length: 64 * 48 }, (_, index) =>
  index % 64 < 40 ? 5 : (index * 7919) & 0x0fff,
);
const PATTERN_ATTRIBUTES = {
  '00280010': element('US', 48),
  '00280011': element('US', 64),
  '00280101': element('US', 12),
  '00280102': element('US', 11),
  '7FE00010': element('OW', PATTERN.buffer),
};

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

describe('pixel values', () => {
  test('stored bits of any place and sign, MONOCHROME1 and rescale', async () => {
    const layout = fc.record({
      bitsStored: fc.integer({ min: 1, max: 16 }),
      highBitAbove: fc.integer({ min: 0, max: 15 }),
      signed: fc.boolean(),
      inverted: fc.boolean(),
      slope: fc.constantFrom(1, 0.5, -2),
      intercept: fc.constantFrom(0, -1024),
      cells: fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 20, maxLength: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(
        layout,
        async ({ bitsStored, highBitAbove, signed, inverted, slope, intercept, cells }) => {
          const highBit = Math.min(15, bitsStored - 1 + highBitAbove);
          const decoded = await decode(
            imageBytes({
              '00280004': element('CS', inverted ? 'MONOCHROME1' : 'MONOCHROME2'),
              '00280101': element('US', bitsStored),
              '00280102': element('US', highBit),
              '00280103': element('US', signed ? 1 : 0),
              '00281052': element('DS', String(intercept)),
              '00281053': element('DS', String(slope)),
              '7FE00010': element('OW', Uint16Array.from(cells).buffer),
            }),
          );
          const expected = cells.map((cell) => {
            const bits = BigInt(cell) >> BigInt(highBit + 1 - bitsStored);
            const asStored = signed ? BigInt.asIntN : BigInt.asUintN;
            const stored = Number(asStored(bitsStored, bits));
            const [least, most] = signed
              ? [-(2 ** (bitsStored - 1)), 2 ** (bitsStored - 1) - 1]
              : [0, 2 ** bitsStored - 1];
            return (inverted ? least + most - stored : stored) * slope + intercept;
          });
          // + 0 makes −0 the 0 it equals.
          expect([...decoded].map((value) => value + 0)).toEqual(
            expected.map((value) => Math.fround(value) + 0),
          );
        },
      ),
    );
  });

  test.each([4, 5])(
    'a bit above the stored ones is found wherever it is, among %s columns',
    async (columns) => {
      const [rows, count] = [1, columns];
      for (let where = 0; where < count; where++) {
        const frame = encodedFrames(
          readInstance(
            imageBytes({
              '00280010': element('US', rows),
              '00280011': element('US', columns),
              '00280101': element('US', 12),
              '00280102': element('US', 11),
              '7FE00010': element(
                'OW',
                Uint16Array.from({ length: count }, (_, i) => (i === where ? 0x8007 : 7)).buffer,
              ),
            }),
          ),
        )[0]!;
        // Both where pairs of cells are aligned and where they are not.
        for (const offset of [0, 2]) {
          const bytes = new Uint8Array(offset + 2 * count).subarray(offset);
          bytes.set(frame.fragments[0]!);
          expect([...(await decodeFrame({ ...frame, fragments: [bytes] }))]).toEqual(Array(count).fill(7));
        }
      }
    },
  );

  test.each([
    ['unsigned, one value', { '00280120': element('US', 5000) }, [5000], 0],
    ['unsigned, a range', { '00280120': element('US', 0), '00280121': element('US', 3000) }, [0, 3000], 4000],
    ['signed', { '00280103': element('US', 1), '00280120': element('US', 19_000) }, [19_000], 0],
  ])('padding shows nothing: %s', async (_, changes, [from, to = from], darkest) => {
    const decoded = await decode(imageBytes(changes));
    const signed = '00280103' in changes;
    const expected = THOUSANDS.map((value) => (signed && value >= 32_768 ? value - 65_536 : value));
    expect(Math.min(...decoded)).toBeLessThanOrEqual(darkest);
    for (const [i, value] of THOUSANDS.entries()) {
      if (value < from! || value > to!) expect(decoded[i]).toBe(expected[i]);
      else
        expect(decoded[i]).toBe(
          Math.min(...expected.filter((_, k) => THOUSANDS[k]! < from! || THOUSANDS[k]! > to!)),
        );
    }
  });

  test('a slice let go gives its memory back, whether it was decoded or not', async () => {
    const [rows, columns] = [256, 200];
    const bytes = imageBytes({
      '00280010': element('US', rows),
      '00280011': element('US', columns),
      '7FE00010': element('OW', new Uint16Array(rows * columns).buffer),
    });
    const own = () => readInstance(Uint8Array.from(bytes));
    const [decoded, waiting] = [own(), own()];
    const [slice, never] = [decoded, waiting].map((one) => slicesFromInstance(one, [null], decodeFrame)[0]!);
    const pixels = await slice!.pixels();
    expect(pixels).toHaveLength(rows * columns);
    for (const one of [slice!, never!, slice!]) one.letGo!();
    await expect.poll(() => pixels.length).toBe(0);
    expect(waiting.pixels).toMatchObject({ bytes: { length: 0 } });
  });

  test('a slice carries its plane and its image reference', async () => {
    const slice = sliceOf(imageBytes());
    expect([...(await slice.pixels())]).toEqual(THOUSANDS);
    expect(slice.plane).toEqual({
      originMm: [1, -10, 20.5],
      rowDirection: [0, 1, 0],
      columnDirection: [0, 0, -1],
      rowSpacingMm: 2,
      columnSpacingMm: 0.5,
      rows: 4,
      columns: 5,
    });
    expect(slice.image).toEqual({
      sopClassUid: '1.2.840.10008.5.1.4.1.1.4',
      sopInstanceUid: '2.25.3',
      seriesInstanceUid: '2.25.2',
      frameOfReferenceUid: '2.25.9',
      frameNumber: null,
    });
  });
});

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
