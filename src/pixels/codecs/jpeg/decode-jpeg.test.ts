import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CodecError } from '../codec-error.ts';
import { decodeJpegDct } from './decode-jpeg-dct.ts';
import { decodeJpegLossless } from './decode-jpeg-lossless.ts';

interface LosslessImage {
  readonly rows: number;
  readonly columns: number;
  readonly precision: number;
  readonly predictor: number;
  readonly pointTransform: number;
  /** 0 for no restart markers. */
  readonly rowsAnInterval: number;
  readonly values: readonly number[];
}

const images: fc.Arbitrary<LosslessImage> = fc
  .record({
    rows: fc.integer({ min: 1, max: 12 }),
    columns: fc.integer({ min: 1, max: 12 }),
    precision: fc.integer({ min: 2, max: 16 }),
    predictor: fc.integer({ min: 1, max: 7 }),
    pointTransform: fc.integer({ min: 0, max: 3 }),
    rowsAnInterval: fc.integer({ min: 0, max: 4 }),
  })
  .filter(({ precision, pointTransform }) => pointTransform < precision)
  .chain((shape) => {
    const count = shape.rows * shape.columns;
    const value = fc.integer({ min: 0, max: 2 ** shape.precision - 1 });
    return fc.array(value, { minLength: count, maxLength: count }).map((values) => ({ ...shape, values }));
  });

const shapeOf = ({ rows, columns }: LosslessImage) => ({ rows, columns, bitsAllocated: 16 });

describe('lossless', () => {
  test('every predictor, precision, point transform and restart interval', () => {
    fc.assert(
      fc.property(images, (image) => {
        const { values } = decodeJpegLossless(encodeLossless(image), shapeOf(image));
        const step = 2 ** image.pointTransform;
        expect([...values]).toEqual(image.values.map((value) => Math.floor(value / step) * step));
      }),
    );
  });

  test('cut off anywhere, or with a byte too many before its end, it is refused', () => {
    fc.assert(
      fc.property(images, fc.nat(), (image, where) => {
        const whole = encodeLossless(image);
        const cut = whole.subarray(0, where % whole.length);
        expect(() => decodeJpegLossless(cut, shapeOf(image))).toThrow(CodecError);
        const longer = Uint8Array.from([...whole.subarray(0, -2), 0x55, 0x55, ...whole.subarray(-2)]);
        expect(() => decodeJpegLossless(longer, shapeOf(image))).toThrow(CodecError);
      }),
    );
  });

  test('another size, another process, and no end to the bits are refused', () => {
    const image = { rows: 2, columns: 2, precision: 8, predictor: 1, pointTransform: 0, rowsAnInterval: 0 };
    const whole = encodeLossless({ ...image, values: [1, 2, 3, 4] });
    const shape = { rows: 2, columns: 2, bitsAllocated: 8 as const };
    expect(() => decodeJpegLossless(whole, { ...shape, rows: 3 })).toThrow('2 × 2 pixels where 3 × 2 belong');
    expect(() => decodeJpegDct(whole, shape)).toThrow('without loss');
    const wide = encodeLossless({ ...image, precision: 12, values: [1, 2, 3, 4] });
    expect(() => decodeJpegLossless(wide, shape)).toThrow('12 bits a sample where 8 fit');
  });
});

test.each(['1B', '3B', '1', '2'])('sequential DCT with a restart marker every %s', (restart) => {
  const [rows, columns] = [45, 67];
  const cells = Uint8Array.from({ length: rows * columns }, (_, i) => (i * i) % 251);
  const pgm = Buffer.concat([Buffer.from(`P5\n${columns} ${rows}\n255\n`), cells]);
  const jpeg = execFileSync('cjpeg', ['-grayscale', '-quality', '80', '-restart', restart], { input: pgm });
  const expected = execFileSync('djpeg', ['-dct', 'int', '-pnm'], { input: jpeg }).subarray(-rows * columns);
  const { values } = decodeJpegDct(jpeg, { rows, columns, bitsAllocated: 8 });
  expect(Buffer.from(values).equals(expected)).toBe(true);
});

/** ITU-T T.81 annex H with a code of five bits for each of the 17 categories. */
function encodeLossless(image: LosslessImage): Uint8Array {
  const { rows, columns, precision, predictor, pointTransform, rowsAnInterval, values } = image;
  const segment = (marker: number, ...bytes: number[]) => [0xff, marker, 0, bytes.length + 2, ...bytes];
  const counts = Array.from({ length: 16 }, (_, i) => (i === 4 ? 17 : 0));
  const categories = Array.from({ length: 17 }, (_, i) => i);
  const intervals = rowsAnInterval === 0 ? 1 : Math.ceil(rows / rowsAnInterval);
  const data = Array.from({ length: intervals }, (_, n) => {
    const first = n * (rowsAnInterval || rows);
    const part = values.slice(first * columns, (first + (rowsAnInterval || rows)) * columns);
    const bits = differences(part, image)
      .map((difference) => coded(difference))
      .join('');
    return [...(n === 0 ? [] : [0xff, 0xd0 + ((n - 1) & 7)]), ...stuffed(bits)];
  });
  return Uint8Array.from([
    ...[0xff, 0xd8],
    ...segment(0xc4, 0x00, ...counts, ...categories),
    ...segment(0xdd, (rowsAnInterval * columns) >> 8, (rowsAnInterval * columns) & 0xff),
    ...segment(0xc3, precision, 0, rows, 0, columns, 1, 1, 0x11, 0),
    ...segment(0xda, 1, 1, 0x00, predictor, 0, pointTransform),
    ...data.flat(),
    ...[0xff, 0xd9],
  ]);
}

function differences(
  values: readonly number[],
  { columns, precision, predictor, pointTransform }: LosslessImage,
) {
  const samples = values.map((value) => value >> pointTransform);
  return samples.map((sample, i) => {
    const [left, above, corner] = [samples[i - 1]!, samples[i - columns]!, samples[i - columns - 1]!];
    let predicted: number;
    if (i === 0) predicted = 2 ** (precision - pointTransform - 1);
    else if (i < columns) predicted = left;
    else if (i % columns === 0) predicted = above;
    else {
      const { floor } = Math;
      predicted = [
        left,
        above,
        corner,
        left + above - corner,
        left + floor((above - corner) / 2),
        above + floor((left - corner) / 2),
        floor((left + above) / 2),
      ][predictor - 1]!;
    }
    // Modulo 2¹⁶, from −32767 to 32768.
    return ((sample - predicted + 32767) & 0xffff) - 32767;
  });
}

function coded(difference: number): string {
  const category = difference === 0 ? 0 : Math.floor(Math.log2(Math.abs(difference))) + 1;
  const code = category.toString(2).padStart(5, '0');
  if (category === 0 || category === 16) return code;
  const bits = difference > 0 ? difference : difference + 2 ** category - 1;
  return code + bits.toString(2).padStart(category, '0');
}

/** Bytes padded with ones (F.1.2.3), a zero after each 0xff. */
function stuffed(bits: string): number[] {
  const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1');
  const bytes = padded.match(/.{8}/g) ?? [];
  return bytes.flatMap((byte) => (byte === '11111111' ? [0xff, 0] : [Number.parseInt(byte, 2)]));
}
