/** The five lumbar motion segments graded, from cranial to caudal: those above the sacrum, which the lowest lies on. */
export const LEVELS = ['L1/L2', 'L2/L3', 'L3/L4', 'L4/L5', 'L5/S1'] as const;
export type Level = (typeof LEVELS)[number];

/**
 * Holds of every result. Of 418 patients 7.7 % had a vertebra more or fewer, which images of the loins alone do not
 * show (Tins and Balain, Insights Imaging 2016;7:199).
 */
export const NUMBERING_STATEMENT =
  'Levels are counted upward from the sacrum, L5/S1 being the lowest disc above it: images of the lumbar spine alone cannot exclude a sixth lumbar or a transitional vertebra.';
