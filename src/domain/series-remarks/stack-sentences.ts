import type { AnatomicalPlane } from '../anatomical-plane.ts';
import { counted } from './counted.ts';

interface OfPlane {
  readonly plane: AnatomicalPlane;
}
/** Of so many images. */
interface Counted {
  readonly count: number;
}

/** A place in a stack where slices are missing. */
export interface StackGap {
  /** How many, were the stack as regular there as elsewhere. */
  readonly missing: number;
  readonly widthMm: number;
  /** The stack's regular spacing. */
  readonly spacingMm: number;
}

const REPETITIONS = { 'time-points': 'time points', acquisitions: 'acquisitions' } as const;
/** What tells repetitions of one place apart. */
export type Repetition = keyof typeof REPETITIONS;

/** What the images of a series are as stacks of slices. */
export const STACK_SENTENCES = {
  'several-orientations': ({ images }: { readonly images: readonly (OfPlane & Counted)[] }) => {
    const counts = images.map(({ plane, count }) => `${count} ${plane}`).sort();
    return `images of several orientations (${counts.join(', ')}), as a localiser has`;
  },
  'several-sets': (facts: { readonly sets: number; readonly images: number; readonly total: number }) =>
    `holds ${facts.sets} sets of images; ${facts.images} of ${facts.total} images are meant here`,
  'strays-left-out': ({ count }: Counted) => `${counted(count)} of another orientation left out`,
  'repeats-left-out': ({ count }: Counted) =>
    `${counted(count)} at a repeated place left out, the lowest InstanceNumber stays`,
  'one-repetition-used': ({
    of,
    repetitions,
    count,
  }: Counted & { readonly of: Repetition; readonly repetitions: number }) =>
    `of ${repetitions} ${REPETITIONS[of]} one is used, ${counted(count)} left out`,
  stack: ({
    plane,
    slices,
    spacingMm,
    pixelMm,
  }: OfPlane & {
    readonly slices: number;
    /** Null of a single slice. */
    readonly spacingMm: number | null;
    readonly pixelMm: number;
  }) => {
    const apart = spacingMm === null ? '' : `, ${spacingMm.toFixed(1)} mm apart`;
    return `${plane} by orientation, ${slices} slices${apart}, pixels of ${pixelMm.toFixed(2)} mm`;
  },
  'too-few-slices': ({
    plane,
    slices,
    atLeast,
  }: OfPlane & { readonly slices: number; readonly atLeast: number }) =>
    `${plane}: ${slices} slices are too few (at least ${atLeast})`,
  'slices-too-far': ({
    plane,
    spacingMm,
    atMostMm,
  }: OfPlane & { readonly spacingMm: number; readonly atMostMm: number }) =>
    `${plane}: slices ${spacingMm.toFixed(1)} mm apart are too far (at most ${atMostMm} mm)`,
  'pixels-too-coarse': ({
    plane,
    pixelMm,
    atMostMm,
  }: OfPlane & { readonly pixelMm: number; readonly atMostMm: number }) =>
    `${plane}: pixels of ${pixelMm.toFixed(2)} mm are too coarse (at most ${atMostMm} mm)`,
  'field-too-small': ({
    plane,
    extentMm,
    atLeastMm,
  }: OfPlane & { readonly extentMm: number; readonly atLeastMm: number }) =>
    `${plane}: ${extentMm.toFixed(0)} mm from head to feet do not cover the lumbar spine (at least ${atLeastMm} mm)`,
  'stack-gap': ({ missing, widthMm, spacingMm }: StackGap) =>
    `${missing === 1 ? '1 slice is' : `${missing} slices are`} missing: a gap of ${widthMm.toFixed(1)} mm where slices lie ${spacingMm.toFixed(1)} mm apart`,
} as const;
