import type { PixelSteps } from './pixel-steps.ts';
import { TISSUE, tissueSet } from './tissue.ts';
import type { TissueSampler } from './tissue-sampler.ts';

/** Where the four corners of a block of this many pixels are of one of these tissues, so is the rest of it. */
const BLOCK = 4;
const UNKNOWN = 255;
const BULK = tissueSet([
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
]);

function bilinear(a: number, b: number, c: number, d: number, x: number, y: number): number {
  return (a * (1 - x) + b * x) * (1 - y) + (c * (1 - x) + d * x) * y;
}

/** What the middle of every pixel shows, row-major. */
export interface MiddleTissue {
  /** Tissue codes. */
  readonly codes: Uint8Array;
  /** 0 … 1 where the tissue is muscle. */
  readonly fatShares: Float32Array;
}

/** Tissue and fat share in the middle of every pixel: block by block, whole blocks at once inside large structures. */
export function middleTissue(
  sampler: TissueSampler,
  rows: number,
  columns: number,
  steps: PixelSteps,
): MiddleTissue {
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
