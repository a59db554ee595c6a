import type { ImageHeader } from '../dicom/image/image-header.ts';
import type { AnatomicalPlane } from '../domain/anatomical-plane.ts';
import type { Point } from '../domain/point.ts';
import { lowerMedian } from '../domain/quantile.ts';
import type { StackGap } from '../domain/series-remarks/stack-sentences.ts';
import { groupStacks, type Stack } from './group-stacks.ts';

/** A header known to say where its image lies. */
export type PlacedHeader = ImageHeader & {
  readonly imagePositionMm: Point;
  readonly rowDirection: Point;
  readonly columnDirection: Point;
  readonly pixelSpacingMm: readonly [number, number];
};

/** Index into a Point of the axis each plane is perpendicular to. */
const NORMAL_AXIS: Readonly<Record<AnatomicalPlane, 0 | 1 | 2>> = { sagittal: 0, coronal: 1, axial: 2 };
/** Images angled along a steep lumbosacral disc are axial still. */
const MAX_TILT_DEGREES = 55;

/** Images of one series by stacks, levels and places; see groupStacks. */
export function stacksOf<Header extends PlacedHeader>(headers: readonly Header[]): readonly Stack<Header>[] {
  return groupStacks(headers, ({ imagePositionMm, rowDirection, columnDirection }) => ({
    originMm: imagePositionMm,
    rowDirection,
    columnDirection,
  }));
}

/** The plane whose axis a normal lies nearest to. */
export function nearestPlane(normal: Point): AnatomicalPlane {
  const [x, y, z] = normal.map(Math.abs) as [number, number, number];
  if (x >= y && x >= z) return 'sagittal';
  return y >= z ? 'coronal' : 'axial';
}

/** Whether a stack of that normal may belong to a series of that plane: obliquity allowed. */
export function liesInPlane(normal: Point, plane: AnatomicalPlane): boolean {
  return Math.abs(normal[NORMAL_AXIS[plane]]) >= Math.cos((MAX_TILT_DEGREES * Math.PI) / 180);
}

/** Keeps, of images at one place, the one with the lowest InstanceNumber (then UID and frame). */
export function distinctPlaces(headers: readonly PlacedHeader[]): readonly PlacedHeader[] {
  const inOrder = [...headers].sort(
    (a, b) =>
      (a.instanceNumber ?? Infinity) - (b.instanceNumber ?? Infinity) ||
      (a.sopInstanceUid === b.sopInstanceUid
        ? (a.frameNumber ?? 0) - (b.frameNumber ?? 0)
        : a.sopInstanceUid < b.sopInstanceUid
          ? -1
          : 1),
  );
  const first = new Set(placesOf(inOrder).map(([header]) => header!));
  const distinct = inOrder.filter((header) => first.has(header));
  // With repeats gone what stays may be told apart otherwise: until nothing is, so that the volume keeps them all.
  return distinct.length === headers.length ? distinct : distinctPlaces(distinct);
}

/** The places of some images, each with those that show it. */
export function placesOf(headers: readonly PlacedHeader[]): readonly (readonly PlacedHeader[])[] {
  return stacksOf(headers).flatMap(({ levels }) => levels.flatMap(({ places }) => places));
}

/** Median distance between neighbouring slices of the same stack; null when every stack is a single slice. */
export function medianSliceSpacingMm(headers: readonly PlacedHeader[]): number | null {
  return lowerMedian(stackSteps(headers).flat());
}

/** From the first to the last slice, mm, of all stacks together. */
export function reachMm(headers: readonly PlacedHeader[]): number {
  return stackSteps(headers)
    .flat()
    .reduce((sum, step) => sum + step, 0);
}

/** A step this many times the regular one is a gap … */
const MIN_GAP_STEPS = 1.5;
/** … but blocks of axial slices, one a disc, may be parallel: between these only whole steps, and few, tell of a loss. */
const MAX_AXIAL_GAP_STEPS = 3;
const WHOLE_STEP_TOLERANCE = 0.15;

/**
 * Where a stack steps farther than it does elsewhere, as when an image never arrived. InstanceNumber is not asked: it
 * need not be contiguous, and counts agree when an image was lost before the archive.
 */
export function sliceGaps(headers: readonly PlacedHeader[], plane: AnatomicalPlane): readonly StackGap[] {
  return stackSteps(headers).flatMap((steps) => {
    const spacingMm = lowerMedian(steps);
    // Two images have one step, and nothing to compare it with.
    if (spacingMm === null || steps.length < 2) return [];
    return steps.flatMap((widthMm): StackGap[] => {
      const ratio = widthMm / spacingMm;
      const whole = Math.round(ratio);
      const between =
        plane === 'axial' &&
        (ratio > MAX_AXIAL_GAP_STEPS + WHOLE_STEP_TOLERANCE ||
          Math.abs(ratio - whole) > WHOLE_STEP_TOLERANCE);
      if (ratio < MIN_GAP_STEPS || between) return [];
      return [{ missing: Math.max(1, whole - 1), widthMm, spacingMm }];
    });
  });
}

/** The distances, mm, of neighbouring slices, for each stack from one end to the other. */
function stackSteps(headers: readonly PlacedHeader[]): number[][] {
  return stacksOf(headers).map(({ levels }) =>
    levels.slice(1).map(({ positionMm }, index) => positionMm - levels[index]!.positionMm),
  );
}

/** How far up and down the patient the image's field of view reaches, mm. */
export function headFeetExtentMm(header: PlacedHeader): number {
  const [rowSpacing, columnSpacing] = header.pixelSpacingMm;
  const alongRows = header.columns * columnSpacing * Math.abs(header.rowDirection[2]);
  const alongColumns = header.rows * rowSpacing * Math.abs(header.columnDirection[2]);
  return alongRows + alongColumns;
}
