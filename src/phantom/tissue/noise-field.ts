import { seededRandom } from '../random.ts';

const SIZE = 64;
export const MASK = SIZE - 1;

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
export const EDGE = SIZE + 1;
export const PLANE = EDGE * EDGE;

/** Periodic smooth noise, 64³ cells, mean 0, variance 1, correlated over about two cells. */
export const NOISE = (() => {
  const field = smoothNoise();
  const padded = new Float32Array(EDGE ** 3);
  for (let z = 0, i = 0; z < EDGE; z++)
    for (let y = 0; y < EDGE; y++)
      for (let x = 0; x < EDGE; x++)
        padded[i++] = field[(z & MASK) * SIZE * SIZE + (y & MASK) * SIZE + (x & MASK)]!;
  return padded;
})();
