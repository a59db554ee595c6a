import type { Point } from '../../domain/point.ts';
import { pixelToPatient } from '../../volume/plane-geometry.ts';
import type { MaskedSlice } from './mask-source.ts';

/** Discs that are graded: the lowest of a slice. */
const GRADED = 5;

/** Half way from the highest to the lowest of the graded discs that are drawn on a slice. */
export function middleOfDiscs({ slice: { plane }, discs }: Pick<MaskedSlice, 'slice' | 'discs'>): Point {
  const graded = discs.slice(0, GRADED);
  const [lowest, highest] = [graded[0]!, graded.at(-1)!];
  return pixelToPatient(plane, (lowest.column + highest.column) / 2, (lowest.row + highest.row) / 2);
}
