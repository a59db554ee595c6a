import { EDGE, MASK, NOISE, PLANE } from './noise-field.ts';

/** Keeps texture coordinates positive; a multiple of the noise's period at every scale used. */
export const TEXTURE_OFFSET_MM = 6400;

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
