import { dot, length, type Point, subtract } from '../domain/point.ts';
import type { SeriesRole } from '../domain/series-role.ts';
import { ImagingError } from './imaging-error.ts';
import { pixelToPatient, planeNormal } from './plane-geometry.ts';
import { isOrthonormal } from './slice-plane.ts';
import type { Slice, Volume } from './volume.ts';

/** Normals of one stack agree to three decimals. */
const NORMAL_TOLERANCE = 1e-3;
/** Two images whose first pixels lie closer than this, in one stack, show the same place. */
const SAME_PLACE_MM = 0.01;

/**
 * Orders the slices of one role into a volume. Slices are grouped into stacks of equal normal (rowDirection ×
 * columnDirection) and ordered within a stack by position along it; stacks follow one another along the normal of
 * the largest. Of slices at the same place, the one with the lowest SOP Instance UID stays.
 * The order the slices come in does not matter; matrix and spacing may differ between slices.
 * @throws ImagingError when there is no slice, a plane is not orthogonal, or the frames of reference differ.
 */
export function buildVolume(role: SeriesRole, slices: readonly Slice[]): Volume {
  const inUidOrder = [...slices].sort(byUid);
  const first = inUidOrder[0];
  if (first === undefined) throw new ImagingError(`no slices for ${role}`);
  const { frameOfReferenceUid } = first.image;
  for (const slice of inUidOrder) check(slice, frameOfReferenceUid);
  const stacks = groupStacks(inUidOrder).map(orderStack);
  const largest = stacks.reduce((best, stack) => (stack.length > best.length ? stack : best));
  const axis = planeNormal(largest[0]!.plane);
  const place = new Map(
    stacks.map((stack) => [stack, mean(stack.map((slice) => dot(centreMm(slice), axis)))]),
  );
  stacks.sort((a, b) => place.get(a)! - place.get(b)!);
  return { role, frameOfReferenceUid, slices: stacks.flat() };
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

function groupStacks(slices: readonly Slice[]): Slice[][] {
  const stacks: { readonly normal: Point; readonly slices: Slice[] }[] = [];
  for (const slice of slices) {
    const normal = planeNormal(slice.plane);
    const stack = stacks.find((candidate) =>
      subtract(candidate.normal, normal).every((difference) => Math.abs(difference) <= NORMAL_TOLERANCE),
    );
    if (stack === undefined) stacks.push({ normal, slices: [slice] });
    else stack.slices.push(slice);
  }
  return stacks.map((stack) => stack.slices);
}

/** @param stack in the order of SOP Instance UIDs, which the stable sort keeps among slices of the same place. */
function orderStack(stack: readonly Slice[]): Slice[] {
  const normal = planeNormal(stack[0]!.plane);
  const position = new Map(stack.map((slice) => [slice, dot(slice.plane.originMm, normal)]));
  const kept: Slice[] = [];
  for (const slice of stack) {
    const isRepeat = kept.some(
      (other) => length(subtract(other.plane.originMm, slice.plane.originMm)) < SAME_PLACE_MM,
    );
    if (!isRepeat) kept.push(slice);
  }
  return kept.sort((a, b) => position.get(a)! - position.get(b)!);
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
