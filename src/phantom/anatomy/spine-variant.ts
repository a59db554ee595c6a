import { FIRST_SACRAL, VERTEBRAE, type VertebraName } from './vertebra.ts';

/**
 * How a spine differs in number or in form at the lumbosacral junction. Vertebrae and levels are counted upward from
 * the sacrum, which is what a lumbar study shows: its five graded discs are always the five above the sacrum, so that
 * with six lumbar vertebrae "L5/S1" stands for L6/S1, "L4/L5" for L5/L6 and so on. Which one is L1 only whole-spine
 * images tell (Lian et al., Eur Spine J 2018;27:995; Tins and Balain, Insights Imaging 2016;7:199).
 */
export interface SpineVariant {
  /** 5 by default. */
  readonly lumbarVertebrae?: LumbarCount;
  /** None by default. */
  readonly transition?: Transition;
}

export const LUMBAR_COUNTS = [4, 5, 6] as const;
export type LumbarCount = (typeof LUMBAR_COUNTS)[number];

/**
 * The vertebra between the kinds (Konin and Walz, AJNR 2010;31:1778): an S1 that is square and has a whole disc below
 * it, or an L5 of the sacrum's form with a remnant of a disc below it. Its name is that of its place.
 */
export const TRANSITIONS = ['lumbarised-s1', 'sacralised-l5'] as const;
export type Transition = (typeof TRANSITIONS)[number];

/** What is out of the ordinary, in words; none for an ordinary spine. */
export function variantInWords({ lumbarVertebrae = 5, transition }: SpineVariant): readonly string[] {
  return [
    ...(lumbarVertebrae === 5 ? [] : [`${lumbarVertebrae} lumbar vertebrae`]),
    ...(transition === undefined ? [] : [transition]),
  ];
}

/** Index of L1. */
export function firstLumbar({ lumbarVertebrae = 5 }: SpineVariant): number {
  return FIRST_SACRAL - lumbarVertebrae;
}

/** From the highest name to the lowest that a vertebra above the sacrum can have. */
const PRESACRAL: readonly VertebraName[] = ['T7', ...VERTEBRAE.slice(0, FIRST_SACRAL), 'L6'];

/** What the vertebra at an index is called when counted upward from the sacrum. */
export function vertebraName(index: number, { lumbarVertebrae = 5 }: SpineVariant): VertebraName {
  return index >= FIRST_SACRAL ? VERTEBRAE[index]! : PRESACRAL[index + lumbarVertebrae - 4]!;
}
