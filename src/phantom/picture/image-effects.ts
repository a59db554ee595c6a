import type { SlicePlane } from '../../volume/volume.ts';
import { seededRandom } from '../random.ts';
import type { TissueSampler } from '../tissue/tissue-sampler.ts';
import type { Acquisition } from './acquisition.ts';

/** Cells of the coarse grid on which the coil's gain is computed, pixels. */
const GAIN_CELL = 8;

/** `image` shifted by a fraction of pixels and added to `into`, scaled. */
export function addShifted(
  image: Float32Array,
  into: Float32Array,
  rows: number,
  columns: number,
  alongRow: number,
  alongColumn: number,
  share: number,
): void {
  const [c0, r0] = [Math.floor(alongRow), Math.floor(alongColumn)];
  const [fc, fr] = [alongRow - c0, alongColumn - r0];
  const wrap = (i: number, size: number) => (i < 0 ? 0 : i >= size ? size - 1 : i);
  const lefts = Int32Array.from({ length: columns }, (_, column) => wrap(column - c0, columns));
  const rights = Int32Array.from({ length: columns }, (_, column) => wrap(column - c0 - 1, columns));
  for (let row = 0, i = 0; row < rows; row++) {
    const a = wrap(row - r0, rows) * columns;
    const b = wrap(row - r0 - 1, rows) * columns;
    for (let column = 0; column < columns; column++, i++) {
      const left = lefts[column]!;
      const right = rights[column]!;
      const upper = image[a + left]! * (1 - fc) + image[a + right]! * fc;
      const lower = fr === 0 ? upper : image[b + left]! * (1 - fc) + image[b + right]! * fc;
      into[i]! += share * (upper * (1 - fr) + lower * fr);
    }
  }
}

/** Three-tap blur along rows and columns; negative weights ring. */
export function blur(image: Float32Array, rows: number, columns: number, side: number): void {
  const middle = 1 - 2 * side;
  for (let row = 0; row < rows; row++) {
    let before = image[row * columns]!;
    for (let i = row * columns; i < (row + 1) * columns - 1; i++) {
      const here = image[i]!;
      image[i] = middle * here + side * (before + image[i + 1]!);
      before = here;
    }
  }
  for (let column = 0; column < columns; column++) {
    let before = image[column]!;
    for (let i = column; i < (rows - 1) * columns; i += columns) {
      const here = image[i]!;
      image[i] = middle * here + side * (before + image[i + columns]!);
      before = here;
    }
  }
}

function gainAt(sampler: TissueSampler, acquisition: Acquisition, x: number, y: number, z: number): number {
  const skin = sampler.backSkin(x, z);
  const depth = Math.max(0, (skin < -1e5 ? y + 200 : skin) - y);
  let gain =
    1 - acquisition.coilShare + acquisition.coilShare * 2 * Math.exp(-depth / acquisition.coilDepthMm);
  for (const [a, b, c, phase] of acquisition.biasWaves)
    gain *= 1 + acquisition.biasAmplitude * Math.sin(a * x + b * y + c * z + phase);
  if (acquisition.saturationMm !== null)
    gain *= 0.08 + 0.92 / (1 + Math.exp((depth - acquisition.saturationMm) / 5));
  return gain;
}

/** Multiplies by the receive gain, computed on a coarse grid and interpolated. */
export function applyGain(
  image: Float32Array,
  sampler: TissueSampler,
  plane: SlicePlane,
  acquisition: Acquisition,
): void {
  const {
    rows,
    columns,
    originMm: o,
    rowDirection: r,
    columnDirection: c,
    columnSpacingMm: dx,
    rowSpacingMm: dy,
  } = plane;
  const width = Math.ceil(columns / GAIN_CELL) + 1;
  const height = Math.ceil(rows / GAIN_CELL) + 1;
  const grid = new Float32Array(width * height);
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      const [a, b] = [i * GAIN_CELL * dx, j * GAIN_CELL * dy];
      grid[j * width + i] = gainAt(
        sampler,
        acquisition,
        o[0] + a * r[0] + b * c[0],
        o[1] + a * r[1] + b * c[1],
        o[2] + a * r[2] + b * c[2],
      );
    }
  }
  for (let row = 0; row < rows; row++) {
    const j = Math.floor(row / GAIN_CELL);
    const fj = row / GAIN_CELL - j;
    for (let i = 0; i * GAIN_CELL < columns; i++) {
      const at = j * width + i;
      const [g0, g1, g2, g3] = [grid[at]!, grid[at + 1]!, grid[at + width]!, grid[at + width + 1]!];
      const end = Math.min(columns, (i + 1) * GAIN_CELL);
      for (let column = i * GAIN_CELL; column < end; column++) {
        const fi = column / GAIN_CELL - i;
        const upper = g0 * (1 - fi) + g1 * fi;
        const lower = g2 * (1 - fi) + g3 * fi;
        image[row * columns + column]! *= upper * (1 - fj) + lower * fj;
      }
    }
  }
}

/** Magnitude of the signal with independent normal noise in both channels (Gudbjartsson and Patz, 1995). */
export function addRicianNoise(image: Float32Array, sigma: number, scale: number, seed: number): void {
  const random = seededRandom(seed, 'noise');
  for (let i = 0; i < image.length; i++) {
    const draw = random.next() * 0x40000000;
    const real = image[i]! + sigma * GAUSS[draw & GAUSS_MASK]!;
    const imaginary = sigma * GAUSS[(draw >>> 15) & GAUSS_MASK]!;
    image[i] = scale * Math.sqrt(real * real + imaginary * imaginary);
  }
}

const GAUSS_MASK = 0x7fff;
const GAUSS = (() => {
  const random = seededRandom(1, 'gauss');
  return Float32Array.from({ length: GAUSS_MASK + 1 }, () => random.normal(0, 1));
})();
