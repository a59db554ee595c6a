import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { element, imageBytes } from '../dicom/image/image.fixture.ts';
import { readInstance } from '../dicom/image/read-instance.ts';
import { decode, THOUSANDS } from './decode-frame.fixture.ts';
import { decodeFrame } from './decode-frame.ts';
import { encodedFrames } from './encoded-frame.ts';

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
});
