import type { SlicePlane } from '../../volume/volume.ts';
import { TISSUE, TISSUE_COUNT } from './tissue.ts';
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
const UNKNOWN = 255;
const SHARE = 1 / (SAMPLES.length / 3 + 1);

/** Tissues so thin that a slice is rarely full of them: sampled several times wherever they are met. */
const THIN = new Uint8Array(TISSUE_COUNT);
for (const code of [
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
]) {
  THIN[code] = 1;
}

/** Signal of every pixel from water and from fat, row-major. */
export interface SignalImages {
  readonly water: Float32Array;
  readonly fat: Float32Array;
}

/** Steps from pixel to pixel and through the slice, mm. */
interface Steps {
  readonly origin: readonly [number, number, number];
  readonly column: readonly [number, number, number];
  readonly row: readonly [number, number, number];
  readonly through: readonly [number, number, number];
}

function stepsOf(plane: SlicePlane, sliceThicknessMm: number): Steps {
  const { rowDirection: r, columnDirection: c, columnSpacingMm: dx, rowSpacingMm: dy } = plane;
  const t = sliceThicknessMm;
  return {
    origin: [plane.originMm[0], plane.originMm[1], plane.originMm[2]],
    column: [r[0] * dx, r[1] * dx, r[2] * dx],
    row: [c[0] * dy, c[1] * dy, c[2] * dy],
    through: [
      t * (r[1] * c[2] - r[2] * c[1]),
      t * (r[2] * c[0] - r[0] * c[2]),
      t * (r[0] * c[1] - r[1] * c[0]),
    ],
  };
}

/** Where the four corners of a block of this many pixels are of one of these tissues, so is the rest of it. */
const BLOCK = 4;
const BULK = new Uint8Array(TISSUE_COUNT);
for (const code of [
  TISSUE.air,
  TISSUE.subcutaneousFat,
  TISSUE.visceralFat,
  TISSUE.muscle,
  TISSUE.marrow,
  TISSUE.flowVoid,
  TISSUE.liver,
  TISSUE.kidney,
  TISSUE.bowelContent,
  TISSUE.gas,
]) {
  BULK[code] = 1;
}

function bilinear(a: number, b: number, c: number, d: number, x: number, y: number): number {
  return (a * (1 - x) + b * x) * (1 - y) + (c * (1 - x) + d * x) * y;
}

interface Middles {
  readonly codes: Uint8Array;
  readonly fatShares: Float32Array;
}

/** Tissue and fat share in the middle of every pixel: block by block, whole blocks at once inside large structures. */
function middles(sampler: TissueSampler, rows: number, columns: number, steps: Steps): Middles {
  const { origin: o, column: r, row: c } = steps;
  const codes = new Uint8Array(rows * columns).fill(UNKNOWN);
  const fatShares = new Float32Array(rows * columns);
  const point = new Float64Array(3);
  const sample = (row: number, column: number): number => {
    const i = row * columns + column;
    if (codes[i] !== UNKNOWN) return codes[i]!;
    point[0] = o[0] + column * r[0] + row * c[0];
    point[1] = o[1] + column * r[1] + row * c[1];
    point[2] = o[2] + column * r[2] + row * c[2];
    const code = sampler.at(point);
    codes[i] = code;
    if (code === TISSUE.muscle) fatShares[i] = sampler.fatShare();
    return code;
  };
  for (let top = 0; top < rows; top += BLOCK) {
    const bottom = Math.min(rows - 1, top + BLOCK);
    for (let left = 0; left < columns; left += BLOCK) {
      const right = Math.min(columns - 1, left + BLOCK);
      const code = sample(top, left);
      const alike =
        BULK[code] === 1 &&
        sample(top, right) === code &&
        sample(bottom, left) === code &&
        sample(bottom, right) === code;
      const lastRow = bottom === rows - 1 ? bottom : bottom - 1;
      const lastColumn = right === columns - 1 ? right : right - 1;
      for (let row = top; row <= lastRow; row++) {
        for (let column = left; column <= lastColumn; column++) {
          const i = row * columns + column;
          if (codes[i] !== UNKNOWN) continue;
          if (!alike) sample(row, column);
          else {
            codes[i] = code;
            if (code === TISSUE.muscle)
              fatShares[i] = bilinear(
                fatShares[top * columns + left]!,
                fatShares[top * columns + right]!,
                fatShares[bottom * columns + left]!,
                fatShares[bottom * columns + right]!,
                (column - left) / BLOCK,
                (row - top) / BLOCK,
              );
          }
        }
      }
    }
  }
  return { codes, fatShares };
}

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

/** Renders tissue into water and fat; pixels at a tissue's edge are sampled several times. */
export function sampleTissue(
  sampler: TissueSampler,
  shader: TissueShader,
  plane: SlicePlane,
  sliceThicknessMm: number,
): SignalImages {
  const { rows, columns } = plane;
  const steps = stepsOf(plane, sliceThicknessMm);
  const { codes, fatShares } = middles(sampler, rows, columns, steps);
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
  { column: r, row: c, through: n }: Steps,
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
