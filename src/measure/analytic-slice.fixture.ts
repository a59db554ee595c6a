import type { Point } from '../domain/point.ts';
import { STRUCTURES, type Structure } from '../domain/structure.ts';
import type { SeriesInstanceUid, SopInstanceUid } from '../domain/uid.ts';
import type { OutlinedSlice } from './outlined-slice.ts';

const SIZE = 200;
const SUBS = 4;

/** Which structure is at a place, mm from the middle of the square: to the right (posterior) and down (caudal). */
export type Shape = (x: number, y: number) => Structure | null;

/** A shape as an outlined slice of 0.9 mm pixels, each with the share of it that each structure covers. */
export function analyticSlice(
  shape: Shape,
  {
    role = 'sagittal-t2',
    seen = () => true,
  }: { role?: 'sagittal-t2' | 'axial-t2'; seen?: (x: number, y: number) => boolean } = {},
): OutlinedSlice {
  const mmPerPixel = 0.9;
  const middle = ((SIZE - 1) / 2) * mmPerPixel;
  const across: Point = role === 'axial-t2' ? [1, 0, 0] : [0, 1, 0];
  const down: Point = role === 'axial-t2' ? [0, 1, 0] : [0, 0, -1];
  const shares = Object.fromEntries(
    STRUCTURES.map((each) => [each, new Float32Array(SIZE * SIZE)]),
  ) as Record<Structure, Float32Array>;
  const there = new Uint8Array(SIZE * SIZE);
  for (let row = 0; row < SIZE; row++) {
    for (let column = 0; column < SIZE; column++) {
      const at = row * SIZE + column;
      const [x, y] = [(column - (SIZE - 1) / 2) * mmPerPixel, (row - (SIZE - 1) / 2) * mmPerPixel];
      there[at] = seen(x, y) ? 1 : 0;
      for (let s = 0; s < SUBS * SUBS; s++) {
        const dx = (((s % SUBS) + 0.5) / SUBS - 0.5) * mmPerPixel;
        const dy = ((Math.floor(s / SUBS) + 0.5) / SUBS - 0.5) * mmPerPixel;
        const structure = shape(x + dx, y + dy);
        if (structure) shares[structure][at]! += 1 / SUBS ** 2;
      }
    }
  }
  return {
    image: {
      sopClassUid: '1.2.840.10008.5.1.4.1.1.4',
      sopInstanceUid: '1.2.3.4' as SopInstanceUid,
      seriesInstanceUid: '1.2.3' as SeriesInstanceUid,
      frameOfReferenceUid: null,
      frameNumber: null,
    },
    role,
    plane: {
      ...{ rows: SIZE, columns: SIZE, rowSpacingMm: mmPerPixel, columnSpacingMm: mmPerPixel },
      originMm: [0, 1, 2].map((axis) => -middle * (across[axis]! + down[axis]!)) as unknown as Point,
      ...{ rowDirection: across, columnDirection: down },
    },
    grid: {
      centreMm: [0, 0, 0],
      ...{ columnDirection: across, rowDirection: down },
      ...{ size: SIZE, mmPerPixel },
    },
    shares,
    seen: there,
  };
}

/** A motion segment in the middle of the square, all in mm. */
export interface SegmentShape {
  readonly discHeight: number;
  readonly depth: number;
  /** From the disc's posterior margin to the sac, and the sac's and the fat's behind it. */
  readonly gap: number;
  readonly sac: number;
  readonly fat: number;
  /** The upper body lies this far in front of the lower one. */
  readonly slip: number;
  /** Turned by this, clockwise. */
  readonly turned: number;
}

export const SEGMENT: SegmentShape = {
  discHeight: 9,
  depth: 34,
  gap: 1,
  sac: 13,
  fat: 3,
  slip: 0,
  turned: 0,
};

/** Two bodies with a disc between them, sac and fat behind. */
export function segmentShape(of: Partial<SegmentShape> = {}): Shape {
  const { discHeight, depth, gap, sac, fat, slip, turned } = { ...SEGMENT, ...of };
  const [cos, sin] = [Math.cos(turned), Math.sin(turned)];
  return (px, py) => {
    const [x, y] = [px * cos + py * sin, py * cos - px * sin];
    const body = Math.abs(y) > discHeight / 2 && Math.abs(y) < discHeight / 2 + 26;
    const shifted = body && y < 0 ? x + slip : x;
    if (Math.abs(shifted) < depth / 2) {
      if (Math.abs(y) < discHeight / 2) return 'disc';
      if (body) return 'vertebra';
    }
    const behind = x - depth / 2;
    if (behind >= 0 && behind < gap) return 'epidural';
    if (behind >= gap && behind < gap + sac) return 'sac';
    if (behind >= gap + sac && behind < gap + sac + fat) return 'epidural';
    return null;
  };
}
