import { LEVELS, type Level } from '../../domain/level.ts';
import { CODES, type Code, LEVEL_CODES, SEGMENT_CODES } from '../tree/coded-concepts.ts';

/** What a segmentation tells apart. `disc` and `vertebra` without more: outlined, and of no level that was found. */
export type SegmentName = Level | Vertebra | 'disc' | 'vertebra' | 'sac' | 'epidural';

/** The vertebrae that the five levels lie between, the upper one of each level first. */
export const VERTEBRAE = ['L1', 'L2', 'L3', 'L4', 'L5', 'S1'] as const;
export type Vertebra = (typeof VERTEBRAE)[number];

export interface Segment {
  readonly name: SegmentName;
  /** In a viewer's list, at most 64 characters. */
  readonly label: string;
  readonly description: string;
  /** Segmented Property Type (PS3.3 C.8.20.2): CID 7151 where it has a code. */
  readonly type: Code;
  /** Of discs the level as the report's finding sites have it (CID 1003). */
  readonly region: Code;
  /** CIE L*, a*, b* (PS3.3 C.10.7.1.1): neighbours along the spine look different, and so do disc, bone and canal. */
  readonly lab: readonly [lightness: number, a: number, b: number];
}

const DISC_LABS = [
  [62, 52, 40],
  [78, 12, 72],
] as const;
const BONE_LABS = [
  [66, -40, 34],
  [60, -10, -38],
] as const;

const discs = LEVELS.map(
  (level, i): Segment => ({
    name: level,
    label: `Disc ${level}`,
    description: `Intervertebral disc ${level} as it was outlined on the slices that were measured`,
    type: SEGMENT_CODES[level],
    region: LEVEL_CODES[level],
    lab: DISC_LABS[i % 2]!,
  }),
);
const vertebrae = VERTEBRAE.map((vertebra, i): Segment => {
  const isSacrum = vertebra === 'S1';
  return {
    name: vertebra,
    label: isSacrum ? 'Sacrum' : `Vertebra ${vertebra}`,
    description: isSacrum
      ? 'The sacrum as far as it was outlined'
      : `Vertebra ${vertebra}: its body and what is joined to it on the slice`,
    type: SEGMENT_CODES[vertebra],
    region: CODES.lumbarSpine,
    lab: BONE_LABS[i % 2]!,
  };
});

/** All of them, in the order of their numbers; none overlaps another. */
export const SEGMENTS: readonly Segment[] = [
  ...discs,
  ...vertebrae,
  {
    name: 'disc',
    label: 'Disc, not numbered',
    description: 'Intervertebral discs of no level that was found',
    type: SEGMENT_CODES.disc,
    region: CODES.lumbarSpine,
    lab: [70, 0, 20],
  },
  {
    name: 'vertebra',
    label: 'Vertebra, not numbered',
    description: 'Vertebrae of no level that was found, and parts of vertebrae that are not joined to a body',
    type: SEGMENT_CODES.vertebra,
    region: CODES.lumbarSpine,
    lab: [70, -14, 6],
  },
  {
    name: 'sac',
    label: 'Dural sac',
    description: 'The dural sac; with the epidural space it is the spinal canal',
    type: SEGMENT_CODES.sac,
    region: CODES.spinalCanal,
    lab: [55, 18, -62],
  },
  {
    name: 'epidural',
    label: 'Epidural space',
    description: 'The spinal canal beside the dural sac',
    type: SEGMENT_CODES.epidural,
    region: CODES.spinalCanal,
    lab: [80, -34, -14],
  },
];

/** Value of each in a map of segments; 0 is none. */
export const SEGMENT_VALUE = Object.fromEntries(SEGMENTS.map(({ name }, i) => [name, i + 1])) as Readonly<
  Record<SegmentName, number>
>;
