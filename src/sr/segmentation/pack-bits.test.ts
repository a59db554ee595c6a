import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packBits } from './pack-bits.ts';

/** PS3.5 8.1.1, read bit by bit. */
const bitAt = (bytes: Uint8Array, bit: number) => (bytes[Math.floor(bit / 8)]! >> (bit % 8)) & 1;

test('every pixel of every frame is found again, whatever the size, and nothing behind the last one', () => {
  const frames = fc
    .tuple(fc.integer({ min: 1, max: 67 }), fc.integer({ min: 1, max: 5 }))
    .chain(([pixels, count]) =>
      fc.array(
        fc.record({
          map: fc.uint8Array({ minLength: pixels, maxLength: pixels, max: 3 }),
          value: fc.integer({ min: 1, max: 3 }),
        }),
        { minLength: count, maxLength: count },
      ),
    );
  fc.assert(
    fc.property(frames, (given) => {
      const packed = packBits(given);
      const expected = given.flatMap(({ map, value }) => [...map].map((each) => (each === value ? 1 : 0)));
      expect(packed.length).toBe(Math.ceil(expected.length / 8));
      const found = Array.from({ length: 8 * packed.length }, (_, bit) => bitAt(packed, bit));
      expect(found.slice(0, expected.length)).toEqual(expected);
      expect(found.slice(expected.length).some((bit) => bit === 1)).toBe(false);
    }),
  );
});

test('two frames of three pixels share a byte, the first pixel in its lowest bit', () => {
  const frame = (...pixels: number[]) => ({ map: Uint8Array.from(pixels), value: 1 });
  expect([...packBits([frame(1, 0, 0), frame(0, 1, 1)])]).toEqual([0b110001]);
});
