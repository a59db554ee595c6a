import { along, dot, type Point, subtract, unit } from '../domain/point.ts';
import { planeNormal } from './plane-geometry.ts';

/** Where an image lies: its first pixel and its two directions. */
interface Lie {
  readonly originMm: Point;
  readonly rowDirection: Point;
  readonly columnDirection: Point;
}

/** Parallel images. */
export interface Stack<Image> {
  /** Mean of the images' normals (rowDirection × columnDirection), unit length. */
  readonly normal: Point;
  /** In order along the normal. */
  readonly levels: readonly Level<Image>[];
}

/** Images of one plane in the patient. */
interface Level<Image> {
  /** Along the stack's normal. */
  readonly positionMm: number;
  /** Each place with the images that show it: several places where views lie side by side. */
  readonly places: readonly (readonly Image[])[];
}

/** Images turned by less than this from the middle one of their stack are parallel: half the angle of one degree, by which slices along neighbouring discs may differ. */
const PARALLEL_DEGREES = 0.5;
/** Images of one level lie this near one another at most … */
const LEVEL_MM = 1;
/** … and this many times as far from any other level, so that no slices of a stack are taken for one, however thin. */
const SEPARATION = 3;
/** Views of one level whose first pixels lie this near are one place. */
const SAME_VIEW_MM = 1;

/**
 * Groups images into stacks, levels and places by nearness. Noise moves no image into another group as long as it is
 * small beside what separates the groups: directions may be off by a quarter of a degree, positions along the normal
 * by an eighth of the spacing (half a millimetre at most). Groups do not chain: stacks that radiate by a degree and
 * slices of a regular stack, one longer than a level, stay apart at any spacing.
 * @returns stacks, and a level's places, by the first image of each in the order given, as images within a place.
 */
export function groupStacks<Image>(
  images: readonly Image[],
  lieOf: (image: Image) => Lie,
): readonly Stack<Image>[] {
  const normals = images.map((image) => unit(planeNormal(lieOf(image))));
  const chord = 2 * Math.sin((PARALLEL_DEGREES * Math.PI) / 360);
  return neighbourhoods(normals, chord).map((members) => {
    const sum = members.reduce<Point>((total, index) => along(total, normals[index]!, 1), [0, 0, 0]);
    const normal = unit(sum);
    const placed = members.map((index) => {
      const { originMm } = lieOf(images[index]!);
      const positionMm = dot(originMm, normal);
      return { image: images[index]!, index, positionMm, inPlaneMm: along(originMm, normal, -positionMm) };
    });
    const levels = nearLevels(placed).map((level): Level<Image> => {
      const inOrder = level.toSorted((a, b) => a.index - b.index);
      const places = neighbourhoods(
        inOrder.map(({ inPlaneMm }) => inPlaneMm),
        SAME_VIEW_MM,
      );
      return {
        positionMm: level.reduce((total, { positionMm }) => total + positionMm, 0) / level.length,
        places: places.map((place) => place.map((at) => inOrder[at]!.image)),
      };
    });
    return { normal, levels };
  });
}

/** Every group of positions that lie as near as LEVEL_MM and SEPARATION say, as large as it can be; in order of position. */
function nearLevels<Item extends { readonly positionMm: number }>(items: readonly Item[]): Item[][] {
  const sorted = items.toSorted((a, b) => a.positionMm - b.positionMm);
  const at = (index: number) => sorted[index]?.positionMm ?? Number.POSITIVE_INFINITY;
  const levels: Item[][] = [];
  for (let first = 0; first < sorted.length; ) {
    const before = first === 0 ? Number.POSITIVE_INFINITY : at(first) - at(first - 1);
    let last = first;
    for (let next = first; at(next) - at(first) <= LEVEL_MM; next++) {
      const extent = at(next) - at(first);
      if (before < SEPARATION * extent) break;
      if (at(next + 1) - at(next) >= SEPARATION * extent) last = next;
    }
    levels.push(sorted.slice(first, last + 1));
    first = last + 1;
  }
  return levels;
}

/** Of very many distinct points, so many are tried as the middle of a group. */
const MAX_MIDDLES = 500;

/**
 * Groups points around those that have the most others within a radius; a point belongs to the first such middle it is
 * near to. Groups of a diameter up to the radius that lie farther apart than it are found whatever the order.
 * @returns indices, ascending; groups by their first.
 */
function neighbourhoods(points: readonly Point[], radius: number): number[][] {
  if (points.length === 1) return [[0]];
  const distinct = [...Map.groupBy(points.keys(), (index) => points[index]!.join()).values()]
    .map((members) => ({ point: points[members[0]!]!, members }))
    .sort((a, b) => inSpace(a.point, b.point));
  const near = nearIn(distinct, radius);
  const middles = evenly(distinct, MAX_MIDDLES).map((item) => ({
    item,
    around: near(item.point).reduce((sum, { members }) => sum + members.length, 0),
  }));
  middles.sort((a, b) => b.around - a.around);
  const left = new Set(distinct);
  const groups: number[][] = [];
  for (const middle of [...middles.map(({ item }) => item), ...distinct]) {
    if (!left.has(middle)) continue;
    const gathered = near(middle.point).filter((item) => left.delete(item));
    groups.push(gathered.flatMap(({ members }) => members).sort((a, b) => a - b));
  }
  return groups.sort((a, b) => a[0]! - b[0]!);
}

/** Among so few, looking at each is quicker than a grid. */
const FEW = 64;
const STEPS = [-1, 0, 1];
const BESIDE = STEPS.flatMap((i) => STEPS.flatMap((j) => STEPS.map((k): Point => [i, j, k])));

/** Finds what lies within a radius of a point, in some order: in its own cell of a grid, or one beside it. */
function nearIn<Item extends { readonly point: Point }>(
  items: readonly Item[],
  radius: number,
): (point: Point) => readonly Item[] {
  const within = (point: Point) => (item: Item) => {
    const between = subtract(item.point, point);
    return dot(between, between) <= radius * radius;
  };
  if (items.length <= FEW) return (point) => items.filter(within(point));
  const cellAt = ([x, y, z]: Point, [i, j, k]: Point) =>
    cellKey(Math.floor(x / radius) + i, Math.floor(y / radius) + j, Math.floor(z / radius) + k);
  const cells = Map.groupBy(items, ({ point }) => cellAt(point, [0, 0, 0]));
  return (point) => {
    const keys = new Set(BESIDE.map((step) => cellAt(point, step)));
    const isNear = within(point);
    return [...keys].flatMap((key) => (cells.get(key) ?? []).filter(isNear));
  };
}

/** Cells far apart may share a key, which costs time alone. */
function cellKey(x: number, y: number, z: number): number {
  return Math.imul(x, 73_856_093) ^ Math.imul(y, 19_349_663) ^ Math.imul(z, 83_492_791);
}

function evenly<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, index) => items[Math.floor((index * items.length) / most)]!);
}

/** Some order, so that groups do not depend on that of the images. */
function inSpace(a: Point, b: Point): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
