import type { Point } from '../../domain/point.ts';
import type { Vertebra } from './vertebra.ts';

/** The three axes of a vertebra, unit vectors in the patient. */
export type Frame = Pick<Vertebra, 'left' | 'posterior' | 'down'>;

/** Radians in a degree. */
export const RAD = Math.PI / 180;

/** Axes of a vertebra from its tilt in the sagittal plane (+ caudal end backwards), in the coronal plane, and its rotation. */
export function vertebraFrame(sagittalDeg: number, coronalDeg: number, axialDeg: number): Frame {
  const [s, c, r] = [sagittalDeg * RAD, coronalDeg * RAD, axialDeg * RAD];
  const down: Point = [Math.sin(c), Math.sin(s) * Math.cos(c), -Math.cos(s) * Math.cos(c)];
  const across: Point = [Math.cos(r), Math.sin(r), 0];
  const along = across[0] * down[0] + across[1] * down[1];
  const raw: Point = [across[0] - along * down[0], across[1] - along * down[1], -along * down[2]];
  const length = Math.hypot(...raw);
  const left: Point = [raw[0] / length, raw[1] / length, raw[2] / length];
  const posterior: Point = [
    left[1] * down[2] - left[2] * down[1],
    left[2] * down[0] - left[0] * down[2],
    left[0] * down[1] - left[1] * down[0],
  ];
  return { left, posterior, down };
}
