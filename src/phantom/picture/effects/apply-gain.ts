import type { SlicePlane } from '../../../volume/volume.ts';
import type { TissueSampler } from '../../tissue/tissue-sampler.ts';
import type { Acquisition } from '../acquisition.ts';

/** Cells of the coarse grid on which the coil's gain is computed, pixels. */
const GAIN_CELL = 8;

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
