import { seededRandom } from '../random.ts';

const SIZE = 64;
const MASK = SIZE - 1;

/** Blurs a periodic 64³ field along one axis with the kernel (1, 2, 1)/4. */
function blurAxis(field: Float32Array, stride: number): Float32Array {
  const out = new Float32Array(field.length);
  const span = stride * SIZE;
  for (let i = 0; i < field.length; i++) {
    const base = i - (i % span);
    const before = base + ((i + span - stride) % span);
    const after = base + ((i + stride) % span);
    out[i] = (field[before]! + 2 * field[i]! + field[after]!) / 4;
  }
  return out;
}

function smoothNoise(): Float32Array {
  const random = seededRandom(0, 'texture');
  let field = Float32Array.from({ length: SIZE ** 3 }, () => random.normal(0, 1));
  for (let pass = 0; pass < 2; pass++) {
    for (const stride of [1, SIZE, SIZE * SIZE]) field = blurAxis(field, stride) as typeof field;
  }
  const variance = field.reduce((sum, value) => sum + value * value, 0) / field.length;
  return field.map((value) => value / Math.sqrt(variance));
}

/** Cells along an edge of NOISE: the first is repeated after the last, so that neighbours need no wrapping. */
const EDGE = SIZE + 1;
const PLANE = EDGE * EDGE;

/** Periodic smooth noise, 64³ cells, mean 0, variance 1, correlated over about two cells. */
const NOISE = (() => {
  const field = smoothNoise();
  const padded = new Float32Array(EDGE ** 3);
  for (let z = 0, i = 0; z < EDGE; z++)
    for (let y = 0; y < EDGE; y++)
      for (let x = 0; x < EDGE; x++)
        padded[i++] = field[(z & MASK) * SIZE * SIZE + (y & MASK) * SIZE + (x & MASK)]!;
  return padded;
})();

/** Three coordinates, none negative: an array, as numbers passed to a function that is not inlined are allocated. */
export type TexturePoint = Float64Array;

function cell(x: number, y: number, z: number): number {
  return ((z & MASK) * EDGE + (y & MASK)) * EDGE + (x & MASK);
}

/** The noise at a point, `perUnit` cells a unit; nearest cell, no interpolation: the slice's blur smooths the steps. */
export function noiseAt(at: TexturePoint, perUnit: number): number {
  return NOISE[cell(at[0]! * perUnit, at[1]! * perUnit, at[2]! * perUnit)]!;
}

/** As noiseAt, but interpolated, for structures larger than a pixel; cells a unit along each axis. */
export function smoothNoiseAt(at: TexturePoint, perX: number, perY: number, perZ: number): number {
  const field = NOISE;
  let x = at[0]! * perX;
  let y = at[1]! * perY;
  let z = at[2]! * perZ;
  const i = cell(x, y, z);
  const j = i + PLANE;
  x -= x | 0;
  y -= y | 0;
  z -= z | 0;
  const rest = 1 - x;
  return (
    ((field[i]! * rest + field[i + 1]! * x) * (1 - y) +
      (field[i + EDGE]! * rest + field[i + EDGE + 1]! * x) * y) *
      (1 - z) +
    ((field[j]! * rest + field[j + 1]! * x) * (1 - y) +
      (field[j + EDGE]! * rest + field[j + EDGE + 1]! * x) * y) *
      z
  );
}
