import { ImagingError } from '../dicom/imaging-error.ts';
import { dot, type Point } from '../domain/point.ts';
import type { SeriesRole } from '../domain/series-role.ts';
import { groupStacks } from './group-stacks.ts';
import { pixelToPatient } from './plane-geometry.ts';
import { isOrthonormal } from './slice-plane.ts';
import type { Slice, Volume } from './volume.ts';

/**
 * Orders the slices of one role into a volume. Slices are grouped into stacks and places by groupStacks, as
 * selection does, and ordered within a stack by position along its normal; stacks follow one another along the normal
 * of the largest. Of slices at the same place, the one with the lowest SOP Instance UID stays.
 * The order the slices come in does not matter; matrix and spacing may differ between slices.
 * @throws ImagingError when there is no slice, a plane is not orthogonal, or the frames of reference differ.
 */
export function buildVolume(role: SeriesRole, slices: readonly Slice[]): Volume {
  const inUidOrder = [...slices].sort(byUid);
  const first = inUidOrder[0];
  if (first === undefined) throw new ImagingError(`no slices for ${role}`);
  const { frameOfReferenceUid } = first.image;
  for (const slice of inUidOrder) check(slice, frameOfReferenceUid);
  const stacks = groupStacks(inUidOrder, ({ plane }) => plane).map(({ normal, levels }) => ({
    normal,
    slices: levels.flatMap(({ places }) => places.map(([slice]) => slice!)),
  }));
  const largest = stacks.reduce((best, stack) => (stack.slices.length > best.slices.length ? stack : best));
  const place = new Map(
    stacks.map((stack) => [stack, mean(stack.slices.map((slice) => dot(centreMm(slice), largest.normal)))]),
  );
  stacks.sort((a, b) => place.get(a)! - place.get(b)!);
  return { role, frameOfReferenceUid, slices: stacks.flatMap((stack) => stack.slices) };
}

function check({ plane, image }: Slice, frameOfReferenceUid: string | null): void {
  const refuse = (problem: string, tag: string): never => {
    throw new ImagingError(problem, { sopInstanceUid: image.sopInstanceUid, tag });
  };
  if (image.frameOfReferenceUid !== frameOfReferenceUid) {
    refuse('lies in another frame of reference than the rest of its volume', '(0020,0052)');
  }
  if (!isOrthonormal(plane.rowDirection, plane.columnDirection)) {
    refuse('ImageOrientationPatient is not two unit vectors at right angles', '(0020,0037)');
  }
}

function centreMm({ plane }: Slice): Point {
  return pixelToPatient(plane, (plane.columns - 1) / 2, (plane.rows - 1) / 2);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function byUid(a: Slice, b: Slice): number {
  return a.image.sopInstanceUid < b.image.sopInstanceUid ? -1 : 1;
}
