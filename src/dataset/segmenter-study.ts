import { along, type Point } from '../domain/point.ts';
import type { MaskedSlice } from '../evaluation/masks/mask-source.ts';
import { middleOfDiscs } from '../evaluation/masks/middle-of-discs.ts';
import type { SegmentedPlane, SegmenterSpec } from '../inference/pack/segmenter-spec.ts';
import { segmentFrame, spineMiddle } from '../inference/segment/segment-frame.ts';
import type { Truth } from '../phantom/grades/truth.ts';
import type { PhantomOptions } from '../phantom/phantom-options.ts';
import type { PhantomSlice } from '../phantom/phantom-slice.ts';
import { phantomStudy } from '../phantom/phantom-study.ts';
import { type Random, seededRandom } from '../phantom/random.ts';
import { patientToPixel } from '../volume/plane-geometry.ts';
import type { Slice, SlicePlane } from '../volume/volume.ts';
import { lowestDiscEnds } from './lowest-disc-ends.ts';
import { windowOf } from './render-window.ts';

/** Slices of a plane that a sample holds, so that a shard is an array. */
export const SEGMENTED_SLICES = 3;
/** How far a sagittal slice may lie beside the canal, and an axial one from a disc, mm. */
const BESIDE_CANAL_MM = 15;
const BESIDE_DISC_MM = 9;
/** How far the square lies off the place it is laid by, along each axis, mm. */
const OFF_CENTRE_MM = { sagittal: 18, axial: 8 } as const;
/** What is rendered beyond the square. */
const MARGIN_MM = 4;

/** A slice whose structures are known, and where the segmenter's square is laid on it. */
export interface KnownSlice {
  readonly slice: Slice;
  /** Of its pixels, row-major. */
  readonly labels: () => Uint8Array;
  readonly centreMm: Point;
}

/** What a segmenter is trained on at a time; at most SEGMENTED_SLICES a plane. */
export type SegmenterStudy = Readonly<Record<SegmentedPlane, readonly KnownSlice[]>>;

/** A phantom's: the sagittal slice nearest to the canal and others beside it, axial slices at or near discs. */
export function phantomSegmenterStudy(
  seed: number,
  options: PhantomOptions,
  spec: SegmenterSpec,
): SegmenterStudy {
  const rng = seededRandom(seed, 'segmenter-sample');
  const window = (role: string, plane: SlicePlane, truth: Truth) => {
    const [kind, centreMm] =
      role === 'axial-t2'
        ? (['axial', nearestMargin(plane, truth).canalMm] as const)
        : (['sagittal', spineMiddle(truth.levels)] as const);
    const input = spec[kind]?.input ?? { size: 0, mmPerPixel: 1 };
    const frame = segmentFrame(kind, plane, centreMm, input);
    const reach = (input.size * input.mmPerPixel) / 2 + OFF_CENTRE_MM[kind] + MARGIN_MM;
    const corners = [-reach, reach].flatMap((u) =>
      [-reach, reach].map((v) =>
        patientToPixel(plane, along(along(frame.centreMm, frame.columnDirection, u), frame.rowDirection, v)),
      ),
    );
    return windowOf(plane, corners);
  };
  const { volumes, truth } = phantomStudy(seed, { ...options, omit: ['sagittal-t1'], window });
  const canal = truth.levels[2]!.canalMm;
  const beside = (slice: PhantomSlice) => Math.abs(patientToPixel(slice.plane, canal).distanceMm);
  const inReach = volumes['sagittal-t2']!.slices.filter((slice) => beside(slice) <= BESIDE_CANAL_MM).sort(
    (a, b) => beside(a) - beside(b),
  );
  const [middle, ...others] = inReach;
  const sagittal = middle ? [middle, ...drawn(rng, others, SEGMENTED_SLICES - 1)] : [];
  const axial = spec.axial
    ? drawn(
        rng,
        volumes['axial-t2']!.slices.filter(({ plane }) => {
          const { distanceMm } = patientToPixel(plane, nearestMargin(plane, truth).discMm);
          return Math.abs(distanceMm) <= BESIDE_DISC_MM;
        }),
        SEGMENTED_SLICES,
      )
    : [];
  const known = (kind: SegmentedPlane, slice: PhantomSlice, centreMm: Point): KnownSlice => ({
    slice,
    labels: () => slice.structures(),
    centreMm: offCentre(rng, kind, slice.plane, centreMm),
  });
  return {
    sagittal: sagittal.map((slice) => known('sagittal', slice, spineMiddle(truth.levels))),
    axial: axial.map((slice) => known('axial', slice, nearestMargin(slice.plane, truth).canalMm)),
  };
}

/** Those of a case's masked slices, SEGMENTED_SLICES at a time, such as lie far apart together. */
export function maskSegmenterStudies(
  slices: readonly MaskedSlice[],
  seed: number,
): readonly SegmenterStudy[] {
  const rng = seededRandom(seed, 'segmenter-sample');
  const shown = slices.filter(({ discs }) => discs.length > 1);
  const studies = Math.ceil(shown.length / SEGMENTED_SLICES);
  return Array.from({ length: studies }, (_, study): SegmenterStudy => {
    const own = shown.filter((_, i) => i % studies === study);
    return {
      sagittal: own.map((masked) => ({
        slice: masked.slice,
        labels: () => lowestDiscEnds(masked),
        centreMm: offCentre(rng, 'sagittal', masked.slice.plane, middleOfDiscs(masked)),
      })),
      axial: [],
    };
  });
}

/** The level whose disc an axial plane lies nearest to. */
function nearestMargin(plane: SlicePlane, { levels }: Truth) {
  const away = levels.map(({ discMm }) => Math.abs(patientToPixel(plane, discMm).distanceMm));
  return levels[away.indexOf(Math.min(...away))]!;
}

function offCentre(rng: Random, kind: SegmentedPlane, plane: SlicePlane, centreMm: Point): Point {
  const off = () => rng.uniform(-OFF_CENTRE_MM[kind], OFF_CENTRE_MM[kind]);
  return along(along(centreMm, plane.rowDirection, off()), plane.columnDirection, off());
}

function drawn<T>(rng: Random, all: readonly T[], count: number): readonly T[] {
  const turns = all.map((each) => ({ each, turn: rng.next() })).sort((a, b) => a.turn - b.turn);
  return turns.slice(0, count).map(({ each }) => each);
}
