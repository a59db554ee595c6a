/** A point or vector in the patient coordinate system (PS3.3 C.7.6.2.1.1): +x left, +y posterior, +z head; mm. */
export type Point = readonly [number, number, number];

export const dot = (a: Point, b: Point): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

export const cross = (a: Point, b: Point): Point => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

export const subtract = (a: Point, b: Point): Point => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

/** start + direction · length. */
export const along = (start: Point, direction: Point, length: number): Point => [
  start[0] + direction[0] * length,
  start[1] + direction[1] * length,
  start[2] + direction[2] * length,
];

export const negate = (a: Point): Point => [-a[0], -a[1], -a[2]];

export const length = (a: Point): number => Math.hypot(a[0], a[1], a[2]);

/** Same direction, length 1; NaN for the null vector. */
export const unit = (a: Point): Point => {
  const l = length(a);
  return [a[0] / l, a[1] / l, a[2] / l];
};

export const midpoint = (a: Point, b: Point): Point => [
  (a[0] + b[0]) / 2,
  (a[1] + b[1]) / 2,
  (a[2] + b[2]) / 2,
];
