import { seededRandom } from './random.ts';

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

/** Periodic smooth noise, 64³ cells, mean 0, variance 1, correlated over about two cells. */
export const NOISE = smoothNoise();

/** The noise at a point given in cells; nearest cell, no interpolation: the slice's blur smooths the steps. */
export function noiseAt(x: number, y: number, z: number): number {
  return NOISE[((((z | 0) & MASK) << 12) | (((y | 0) & MASK) << 6) | ((x | 0) & MASK)) >>> 0]!;
}

/** As noiseAt, but interpolated: for structures larger than a pixel. Coordinates must not be negative. */
export function smoothNoiseAt(x: number, y: number, z: number): number {
  const i = x | 0;
  const j = y | 0;
  const k = z | 0;
  const fx = x - i;
  const fy = y - j;
  const fz = z - k;
  const x0 = i & MASK;
  const x1 = (i + 1) & MASK;
  const y0 = (j & MASK) << 6;
  const y1 = ((j + 1) & MASK) << 6;
  const z0 = (k & MASK) << 12;
  const z1 = ((k + 1) & MASK) << 12;
  const a = NOISE[z0 | y0 | x0]! * (1 - fx) + NOISE[z0 | y0 | x1]! * fx;
  const b = NOISE[z0 | y1 | x0]! * (1 - fx) + NOISE[z0 | y1 | x1]! * fx;
  const c = NOISE[z1 | y0 | x0]! * (1 - fx) + NOISE[z1 | y0 | x1]! * fx;
  const d = NOISE[z1 | y1 | x0]! * (1 - fx) + NOISE[z1 | y1 | x1]! * fx;
  return (a * (1 - fy) + b * fy) * (1 - fz) + (c * (1 - fy) + d * fy) * fz;
}
