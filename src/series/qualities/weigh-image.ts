import { dot } from '../../domain/point.ts';
import { observedQuantile } from '../../domain/quantile.ts';
import { type SeriesRemark, seriesRemark } from '../../domain/series-remark.ts';
import type { PixelFigures, SeenInPixels } from '../../domain/series-remarks/pixel-figures.ts';
import { type CoarseSlice, coarseSlice } from '../../volume/coarse-slice.ts';
import { planeNormal } from '../../volume/plane-geometry.ts';
import type { PlacedHeader } from '../../volume/stack-geometry.ts';
import type { Slice } from '../../volume/volume.ts';

/** What the pixels of a few images say of their contrast. */
export interface ImageWeighting {
  /** Null when they cannot tell. */
  readonly weighting: 'T1' | 'T2' | null;
  readonly fatSuppressed: boolean;
  /** With the figures it rests on. */
  readonly evidence: SeriesRemark;
}

/** Brightness of three tissues, found by their depth below the skin of the back; any unit. */
interface Brightness {
  /** Fat under the skin: median over the back of the brightest within 14 mm. */
  readonly fat: number;
  /** Paraspinal muscle, beside the midline 24 to 56 mm deep: lower quartile, since fat lies within it. */
  readonly muscle: number;
  /** The brightest twentieth of what lies 36 to 110 mm deep in the midline: CSF where it is bright, else fat and marrow. */
  readonly core: number;
}

/** Where in the stack the images looked at lie, 0 = first by position, 1 = last. */
const LOOKED_AT = [0.22, 0.36, 0.45, 0.5, 0.55, 0.64, 0.78];
const MM_PER_CELL = 2;
/** Air is darker than this share of the image's bright end (95th percentile). */
const AIR_SHARE = 0.08;
/** Skin is where this many cells in a row are no air. */
const SKIN_CELLS = 4;
/** Of the image's height (sagittal) or width (axial), the middle part looked at. */
const MIDLINE_MM = 12;
const MUSCLE_FROM_MIDLINE_MM = [14, 42] as const;

/** A handful of images, spread over the stack. */
export function representativeHeaders<Header extends PlacedHeader>(
  headers: readonly Header[],
): readonly Header[] {
  const axis = planeNormal(headers[0]!);
  const place = (header: Header) => dot(header.imagePositionMm, axis);
  const inOrder = [...headers].sort((a, b) => place(a) - place(b));
  const indices = LOOKED_AT.map((share) => Math.round(share * (inOrder.length - 1)));
  return [...new Set(indices)].map((index) => inOrder[index]!);
}

/**
 * Tells T1 from T2 (or STIR) by cerebrospinal fluid against muscle and fat. Fluid is several times as bright as muscle
 * in T2 and STIR; in T1 nothing in the midline is brighter than fat, and muscle is a third to a half as bright as
 * that. Where fat is no brighter than muscle it was suppressed.
 * The bounds lie between what phantoms of known contrast and a real study show (see the test beside).
 * @param slices of representativeHeaders: one orientation, in order of position.
 */
export async function weighImages(
  plane: 'sagittal' | 'axial',
  slices: readonly Slice[],
): Promise<ImageWeighting> {
  const coarse: CoarseSlice[] = [];
  for (const slice of slices) {
    const [across, down] =
      plane === 'sagittal'
        ? ([
            [0, 1, 0],
            [0, 0, -1],
          ] as const)
        : ([
            [1, 0, 0],
            [0, 1, 0],
          ] as const);
    coarse.push(coarseSlice(slice.plane, await slice.pixels(), across, down, MM_PER_CELL));
  }
  return judge(plane === 'sagittal' ? sagittalBrightness(coarse) : axialBrightness(coarse));
}

function judge({ fat, muscle, core }: Brightness): ImageWeighting {
  if (!(fat > 0 && muscle > 0 && core > 0)) return undecided(null);
  const figures = { coreToMuscle: core / muscle, coreToFat: core / fat, muscleToFat: muscle / fat };
  const { coreToMuscle, coreToFat, muscleToFat } = figures;
  const seen = (weighting: 'T1' | 'T2', shows: SeenInPixels['shows']): ImageWeighting => ({
    weighting,
    fatSuppressed: shows === 'stir',
    evidence: seriesRemark('contrast-by-pixels', { ...figures, shows }),
  });
  if (coreToFat >= 1.5 && muscleToFat > 0.35 && coreToMuscle >= 2) return seen('T2', 'stir');
  if (coreToMuscle >= 3 || (coreToMuscle >= 2.6 && muscleToFat <= 0.25)) return seen('T2', 't2');
  if (coreToMuscle <= 2.5 && coreToFat < 1.05 && muscleToFat >= 0.25 && muscleToFat <= 0.55) {
    return seen('T1', 't1');
  }
  return undecided(figures);
}

/** Null where the images do not show the back. */
function undecided(figures: PixelFigures | null): ImageWeighting {
  const evidence = seriesRemark('pixels-do-not-tell', { figures });
  return { weighting: null, fatSuppressed: false, evidence };
}

/** Lateral images for the muscle, middle ones for the fluid. */
function sagittalBrightness(images: readonly CoarseSlice[]): Brightness {
  const lateral = [images[0]!, images.at(-1)!].map((image) => depthProfiles(image, 'rows'));
  const middle = images.slice(Math.floor(images.length * 0.25), Math.ceil(images.length * 0.75));
  const cores = middle.map((image) => observedQuantile(depthProfiles(image, 'rows').flatMap(coreOf), 0.95));
  return {
    fat: observedQuantile(lateral.flat().map(fatOf), 0.5),
    muscle: observedQuantile(lateral.flat().flatMap(muscleOf), 0.25),
    core: Math.max(...cores),
  };
}

function axialBrightness(images: readonly CoarseSlice[]): Brightness {
  const profiles = images.map((image) => depthProfiles(image, 'columns'));
  const near = (profile: Profile, [from, to]: readonly [number, number]) =>
    profile.fromMiddleMm >= from && profile.fromMiddleMm <= to;
  const beside = profiles.flatMap((of) => of.filter((profile) => near(profile, MUSCLE_FROM_MIDLINE_MM)));
  const cores = profiles.map((of) =>
    observedQuantile(of.filter((profile) => near(profile, [0, MIDLINE_MM])).flatMap(coreOf), 0.95),
  );
  return {
    fat: observedQuantile(
      profiles.flatMap((of) => of.filter((profile) => near(profile, [0, 50]))).map(fatOf),
      0.5,
    ),
    muscle: observedQuantile(beside.flatMap(muscleOf), 0.25),
    core: observedQuantile(cores, 0.5),
  };
}

/** Brightness inwards from the skin of the back. */
interface Profile {
  readonly values: readonly number[];
  /** From the middle of the image, across the profiles. */
  readonly fromMiddleMm: number;
}

const fatOf = ({ values }: Profile) => Math.max(...values.slice(1, 8));
const muscleOf = ({ values }: Profile) => values.slice(12, 29);
const coreOf = ({ values }: Profile) => values.slice(18, 56);

/** One profile a row, from its posterior end (sagittal: the middle half of the rows), or one a column (axial). */
function depthProfiles(image: CoarseSlice, along: 'rows' | 'columns'): readonly Profile[] {
  const { values, width, height, mmPerCell } = image;
  const bright = observedQuantile(Array.from(values), 0.95);
  const [count, length] = along === 'rows' ? [height, width] : [width, height];
  const at = (line: number, index: number) =>
    values[along === 'rows' ? line * width + index : index * width + line]!;
  const profiles: Profile[] = [];
  const [first, last] = along === 'rows' ? [Math.floor(count * 0.25), Math.ceil(count * 0.75)] : [0, count];
  for (let line = first; line < last; line++) {
    const inwards = Array.from({ length }, (_, index) => at(line, length - 1 - index));
    const isBody = (index: number) => inwards[index]! > AIR_SHARE * bright;
    const skin = inwards.findIndex((_, index) =>
      Array.from({ length: SKIN_CELLS }, (__, k) => index + k).every(isBody),
    );
    if (skin < 0 || inwards.length - skin < 30) continue;
    profiles.push({
      values: inwards.slice(skin),
      fromMiddleMm: Math.abs(line + 0.5 - count / 2) * mmPerCell,
    });
  }
  return profiles;
}
