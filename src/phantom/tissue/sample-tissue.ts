import type { SlicePlane } from '../../volume/volume.ts';
import { middleTissue } from './middle-tissue.ts';
import { type PixelSteps, pixelSteps } from './pixel-steps.ts';
import { TISSUE, tissueSet } from './tissue.ts';
import type { TissueSampler } from './tissue-sampler.ts';
import type { TissueShader } from './tissue-shader.ts';

/**
 * Samples beside the middle of a pixel: [depth in slice thicknesses, columns, rows]. With the middle they stand for
 * slice profile and pixel area.
 */
const SAMPLES = Float64Array.of(
  ...[-0.36, -0.3, 0.3],
  ...[0.36, 0.3, -0.3],
  ...[-0.14, -0.3, -0.3],
  ...[0.14, 0.3, 0.3],
);
const SHARE = 1 / (SAMPLES.length / 3 + 1);

/** Tissues so thin that a slice is rarely full of them: sampled several times wherever they are met. */
const THIN = tissueSet([
  TISSUE.cortex,
  TISSUE.ligament,
  TISSUE.csf,
  TISSUE.root,
  TISSUE.epiduralFat,
  TISSUE.foraminalFat,
  TISSUE.jointFluid,
  TISSUE.annulus,
  TISSUE.interspinous,
  TISSUE.posteriorMarrow,
]);

/** Whether every neighbour of pixel i is of its tissue; pixels of the border count as alike. */
function isUniform(
  codes: Uint8Array,
  i: number,
  row: number,
  column: number,
  rows: number,
  columns: number,
): boolean {
  const code = codes[i]!;
  return !(
    (column > 0 && codes[i - 1] !== code) ||
    (column < columns - 1 && codes[i + 1] !== code) ||
    (row > 0 && codes[i - columns] !== code) ||
    (row < rows - 1 && codes[i + columns] !== code)
  );
}

/** Signal of every pixel from water and from fat, row-major. */
export interface SignalImages {
  readonly water: Float32Array;
  readonly fat: Float32Array;
}

/** Renders tissue into water and fat; pixels at a tissue's edge are sampled several times. */
export function sampleTissue(
  sampler: TissueSampler,
  shader: TissueShader,
  plane: SlicePlane,
  sliceThicknessMm: number,
): SignalImages {
  const { rows, columns } = plane;
  const steps = pixelSteps(plane, sliceThicknessMm);
  const { codes, fatShares } = middleTissue(sampler, rows, columns, steps);
  const images = { water: new Float32Array(rows * columns), fat: new Float32Array(rows * columns) };
  const { origin: o, column: r, row: c } = steps;
  const point = new Float64Array(3);
  for (let row = 0, i = 0; row < rows; row++) {
    for (let k = 0; k < columns; k++, i++) {
      const code = codes[i]!;
      const uniform = THIN[code] === 0 && isUniform(codes, i, row, k, rows, columns);
      if (uniform && code === TISSUE.air) continue;
      point[0] = o[0] + k * r[0] + row * c[0];
      point[1] = o[1] + k * r[1] + row * c[1];
      point[2] = o[2] + k * r[2] + row * c[2];
      shader.shade(code, fatShares[i]!, point);
      if (uniform) {
        images.water[i] = shader.water;
        images.fat[i] = shader.fat;
      } else addSamples(sampler, shader, steps, point, images, i);
    }
  }
  return images;
}

/** Sets pixel i to the mean of its middle, `point`, which has just been shaded, and the samples beside it. */
function addSamples(
  sampler: TissueSampler,
  shader: TissueShader,
  { column: r, row: c, through: n }: PixelSteps,
  point: Float64Array,
  images: SignalImages,
  i: number,
): void {
  const [x, y, z] = [point[0]!, point[1]!, point[2]!];
  let water = SHARE * shader.water;
  let fat = SHARE * shader.fat;
  for (let s = 0; s < SAMPLES.length; s += 3) {
    const depth = SAMPLES[s]!;
    const du = SAMPLES[s + 1]!;
    const dv = SAMPLES[s + 2]!;
    point[0] = x + depth * n[0] + du * r[0] + dv * c[0];
    point[1] = y + depth * n[1] + du * r[1] + dv * c[1];
    point[2] = z + depth * n[2] + du * r[2] + dv * c[2];
    const sampled = sampler.at(point);
    shader.shade(sampled, sampled === TISSUE.muscle ? sampler.fatShare() : 0, point);
    water += SHARE * shader.water;
    fat += SHARE * shader.fat;
  }
  images.water[i] = water;
  images.fat[i] = fat;
}
