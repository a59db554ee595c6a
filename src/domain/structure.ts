/**
 * What a segmentation tells apart; structure i has the label i + 1 in a label map, 0 is anything else. `epidural` is the
 * rest of the spinal canal: what lies between its walls and the dural sac.
 */
export const STRUCTURES = ['disc', 'vertebra', 'sac', 'epidural'] as const;
export type Structure = (typeof STRUCTURES)[number];

/** The label of each structure. */
export const LABEL = { none: 0, disc: 1, vertebra: 2, sac: 3, epidural: 4 } as const satisfies Readonly<
  Record<Structure | 'none', number>
>;

/** In a label map that somebody drew: anything but a disc. */
export const NO_DISC = 253;
/** In a label map that somebody drew: none of the structures that were drawn; epidural space was not. */
export const NOT_DRAWN = 254;
/** In a label map: nobody said what is there. */
export const UNTOLD = 255;
