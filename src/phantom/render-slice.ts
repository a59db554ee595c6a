import type { SlicePlane } from '../imaging/volume.ts';
import type { Acquisition } from './acquisition.ts';
import type { Anatomy } from './anatomy.ts';
import type { Contrast } from './contrast.ts';
import { seededRandom } from './random.ts';
import { noiseAt } from './texture.ts';
import { FAT_FRACTION, TISSUE } from './tissue.ts';
import { TEXTURE_OFFSET_MM, type TissueSampler, tissueSampler } from './tissue-sampler.ts';

/** Slice profile and sub-pixel offsets: [depth in slice thicknesses, column, row, weight]. */
const SAMPLES = [
  [-0.34, -0.25, 0.25, 0.3],
  [0, 0.25, 0.25, 0.2],
  [0, -0.25, -0.25, 0.2],
  [0.34, 0.25, -0.25, 0.3],
] as const;

/** Cells of the coarse grid on which the coil's gain is computed, pixels. */
const GAIN_CELL = 8;

interface Buffers {
  readonly water: Float32Array;
  readonly fat: Float32Array;
}

/** Adds one sample of every pixel, weighted, to the water and fat images. */
function accumulate(
  sampler: TissueSampler,
  plane: SlicePlane,
  contrast: Contrast,
  acquisition: Acquisition,
  origin: readonly number[],
  sample: (typeof SAMPLES)[number],
  into: Buffers,
): void {
  const { rows, columns, rowDirection: r, columnDirection: c, columnSpacingMm: dx, rowSpacingMm: dy } = plane;
  const [depth, du, dv, weight] = sample;
  const offset = depth * acquisition.sliceThicknessMm;
  const n = [r[1] * c[2] - r[2] * c[1], r[2] * c[0] - r[0] * c[2], r[0] * c[1] - r[1] * c[0]] as const;
  const start = [0, 1, 2].map((i) => plane.originMm[i]! + offset * n[i]! + du * dx * r[i]! + dv * dy * c[i]!);
  const [sx, sy, sz] = [r[0] * dx, r[1] * dx, r[2] * dx];
  const [ox, oy, oz] = [
    origin[0]! + TEXTURE_OFFSET_MM,
    origin[1]! + TEXTURE_OFFSET_MM,
    origin[2]! + TEXTURE_OFFSET_MM,
  ];
  const { signal, texture } = contrast;
  const { water, fat } = into;
  const flow = acquisition.csfFlow;
  for (let row = 0; row < rows; row++) {
    let x = start[0]! + row * dy * c[0];
    let y = start[1]! + row * dy * c[1];
    let z = start[2]! + row * dy * c[2];
    for (let i = row * columns; i < (row + 1) * columns; i++, x += sx, y += sy, z += sz) {
      const code = sampler.at(x, y, z);
      if (code === TISSUE.air) continue;
      let grain = 1 + texture[code]! * noiseAt((x + ox) * 0.55, (y + oy) * 0.55, (z + oz) * 0.55);
      if (code === TISSUE.csf && flow > 0)
        grain -= flow * Math.max(0, noiseAt((x + ox) * 0.2, (y + oy) * 0.2, (z + oz) * 0.08));
      const value = weight * signal[code]! * Math.max(0, grain);
      const share = FAT_FRACTION[code]!;
      water[i]! += value * (1 - share);
      fat[i]! += value * share;
    }
  }
}

/** `image` shifted by a fraction of pixels and added to `into`, scaled. */
function addShifted(
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
  for (let row = 0; row < rows; row++) {
    const a = wrap(row - r0, rows) * columns;
    const b = wrap(row - r0 - 1, rows) * columns;
    for (let column = 0; column < columns; column++) {
      const left = wrap(column - c0, columns);
      const right = wrap(column - c0 - 1, columns);
      const upper = image[a + left]! * (1 - fc) + image[a + right]! * fc;
      const lower = fr === 0 ? upper : image[b + left]! * (1 - fc) + image[b + right]! * fc;
      into[row * columns + column]! += share * (upper * (1 - fr) + lower * fr);
    }
  }
}

/** Three-tap blur along rows and columns; negative weights ring. */
function blur(image: Float32Array, rows: number, columns: number, side: number): void {
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
function applyGain(
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
    for (let column = 0; column < columns; column++) {
      const i = Math.floor(column / GAIN_CELL);
      const fi = column / GAIN_CELL - i;
      const at = j * width + i;
      const upper = grid[at]! * (1 - fi) + grid[at + 1]! * fi;
      const lower = grid[at + width]! * (1 - fi) + grid[at + width + 1]! * fi;
      image[row * columns + column]! *= upper * (1 - fj) + lower * fj;
    }
  }
}

/** Magnitude of the signal with independent normal noise in both channels (Gudbjartsson and Patz, 1995). */
function addRicianNoise(image: Float32Array, sigma: number, scale: number, seed: number): void {
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

/**
 * Renders one slice: rows × columns values, row-major, of about 0 … 2 × acquisition.scale.
 * `seed` fixes the noise of this slice.
 */
export function renderSlice(
  anatomy: Anatomy,
  plane: SlicePlane,
  contrast: Contrast,
  acquisition: Acquisition,
  seed: number,
): Float32Array {
  return renderWith(tissueSampler(anatomy), anatomy, plane, contrast, acquisition, seed);
}

/** renderSlice with a sampler prepared once for many slices of one anatomy. */
export function renderWith(
  sampler: TissueSampler,
  anatomy: Anatomy,
  plane: SlicePlane,
  contrast: Contrast,
  acquisition: Acquisition,
  seed: number,
): Float32Array {
  const { rows, columns } = plane;
  const water = new Float32Array(rows * columns);
  const fat = new Float32Array(rows * columns);
  for (const sample of SAMPLES)
    accumulate(sampler, plane, contrast, acquisition, anatomy.habitus.textureOrigin, sample, { water, fat });
  addShifted(fat, water, rows, columns, acquisition.fatShift[0], acquisition.fatShift[1], 1);
  if (acquisition.ghostShare > 0) {
    const shift = acquisition.ghostShift;
    const source = water.slice();
    for (const sign of [-1, 1]) {
      addShifted(
        source,
        water,
        rows,
        columns,
        acquisition.ghostAlongRow ? sign * shift : 0,
        acquisition.ghostAlongRow ? 0 : sign * shift,
        acquisition.ghostShare,
      );
    }
  }
  blur(water, rows, columns, acquisition.blur);
  applyGain(water, sampler, plane, acquisition);
  addRicianNoise(water, acquisition.noise, acquisition.scale, seed);
  return water;
}
