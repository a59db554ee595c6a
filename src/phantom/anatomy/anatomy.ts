import type { Grade } from '../../domain/grade.ts';
import type { Point } from '../../domain/point.ts';

/**
 * Vertebrae modelled, from cranial to caudal, as they are called in an ordinary spine; disc i lies between vertebra i
 * and vertebra i + 1.
 */
export const VERTEBRAE = [
  'T8',
  'T9',
  'T10',
  'T11',
  'T12',
  'L1',
  'L2',
  'L3',
  'L4',
  'L5',
  'S1',
  'S2',
  'S3',
  'S4',
  'S5',
] as const;
/** Other names occur where there are six lumbar vertebrae, or four. */
export type VertebraName = (typeof VERTEBRAE)[number] | 'T7' | 'L6';

/** Index of the first of the five graded discs, the disc below L1 in an ordinary spine, and of the first sacral vertebra. */
export const FIRST_LUMBAR_DISC = VERTEBRAE.indexOf('L1');
export const FIRST_SACRAL = VERTEBRAE.indexOf('S1');

/** A vertebral body as a rigid frame in the patient (LPS, mm); `down` points caudally, left × down = posterior. */
export interface Vertebra {
  readonly name: VertebraName;
  readonly centreMm: Point;
  readonly left: Point;
  readonly posterior: Point;
  readonly down: Point;
  readonly halfHeightMm: number;
  readonly halfWidthMm: number;
  readonly halfDepthMm: number;
  /** Height lost at each endplate per mm towards posterior (tangent of half the wedge angle). */
  readonly wedgeSlope: number;
  readonly endplateConcavityMm: number;
  /** Share by which the body narrows at mid-height. */
  readonly waist: number;
  /** Haemangioma of the body: place relative to its middle along left, posterior and down, and radius; null for none. */
  readonly haemangioma: readonly [u: number, v: number, down: number, radius: number] | null;
}

/** What differs between the left ([0]) and right ([1]) half of a motion segment. */
export interface SegmentSide {
  /** Lateral recess: how far disc (anterior) and facet or flavum (posterior) reach into it. */
  readonly recessAnteriorMm: number;
  readonly recessPosteriorMm: number;
  /** 0: wide foramen; 1: closed on the root. */
  readonly foramenNarrowing: number;
  /** Room in front of and behind the exiting root in a wide foramen, mm from the root's middle. */
  readonly foramenFrontMm: number;
  readonly foramenBackMm: number;
  /** How far its fat reaches below the root, as a share of the distance between the bodies' middles. */
  readonly foramenReach: number;
  /** How much the foramen narrows towards the disc, 0 … 1: oval against keyhole. */
  readonly foramenTaper: number;
  readonly rootRadiusMm: number;
  readonly facetRadiusMm: number;
  /** Angle of the joint space from the sagittal plane. */
  readonly facetAngleRad: number;
  readonly facetOffsetMm: number;
  readonly jointSpaceMm: number;
  /** 0 … 1: fluid in the joint against closed joint. */
  readonly jointFluid: number;
}

export interface SchmorlNode {
  readonly inUpper: boolean;
  readonly u: number;
  readonly v: number;
  readonly radiusMm: number;
  readonly depthMm: number;
}

/**
 * A motion segment: from the middle of one vertebral body to the middle of the next, with disc, canal and joints.
 * Positions in it: t from 0 (middle of the upper body) to 1, u to the patient's left, p behind the posterior
 * wall of the bodies, h caudal of the middle of the disc; u, p, h in mm.
 */
export interface MotionSegment {
  readonly discHeightMm: number;
  /** 0 (black disc) … 1 (bright nucleus on T2). */
  readonly hydration: number;
  readonly nucleusRadius: number;
  readonly diffuseBulgeMm: number;
  readonly anteriorOsteophyteMm: number;
  /** How far a protrusion reaches cranial and caudal beyond the disc. */
  readonly protrusionReachMm: number;
  readonly annularFissure: boolean;
  /** Changed marrow next to this disc: depth, 0 for none, and Modic type (1 oedema, 2 fat, 3 sclerosis). */
  readonly modicDepthMm: number;
  readonly modicType: 1 | 2 | 3;
  /** Disc that has broken into an endplate (Schmorl node): place, radius, depth; of the upper body or the lower one. */
  readonly schmorlNode: SchmorlNode | null;
  /** Central narrowing: protrusion from the front, flavum from behind, and squeeze of the sac (0 … 1). */
  readonly centralAnteriorMm: number;
  readonly centralPosteriorMm: number;
  readonly sacSqueeze: number;
  /** Depth of the bony canal in the midline, from the bodies to the laminae. */
  readonly canalDepthMm: number;
  /** How much nearer the roof of the canal comes per mm to the side. */
  readonly roofSlope: number;
  readonly flavumMm: number;
  /** Fat in the angle between the laminae behind the sac, in the midline. */
  readonly posteriorFatMm: number;
  readonly sacHalfWidthMm: number;
  readonly sacHalfDepthMm: number;
  /** Epidural fat between the bodies and the sac. */
  readonly anteriorFatMm: number;
  readonly pedicleInnerMm: number;
  readonly pedicleWidthMm: number;
  readonly spinousLengthMm: number;
  /** Distance between the middles of the two bodies, in their axis and at the foramen. */
  readonly lengthMm: number;
  readonly foramenLengthMm: number;
  readonly sides: readonly [SegmentSide, SegmentSide];
}

/** What surrounds the spine. */
export interface Habitus {
  readonly bodyHalfWidthMm: number;
  readonly bodyHalfDepthMm: number;
  /** Fat between spinous processes and skin at mid-lumbar height; it grows towards the sacrum. */
  readonly backFatMm: number;
  readonly sacralFatMm: number;
  /** How far the back muscles stand out beside the midline furrow. */
  readonly furrowMm: number;
  readonly muscleHalfWidthMm: number;
  readonly muscleDepthMm: number;
  /** 0 … 1: share of fat in the back muscles at L5. */
  readonly fattyInfiltration: number;
  readonly psoasRadiusMm: number;
  readonly aortaRadiusMm: number;
  readonly cavaRadiusMm: number;
  readonly vesselOffsetMm: number;
  readonly kidneys: boolean;
  /** Disc index + fraction at which the spinal cord ends. */
  readonly conusAt: number;
  /** Disc index + fraction at which the dural sac ends. */
  readonly sacEndAt: number;
  /** Each strand of the cauda equina: side (−1 … 1), front to back (0 … 1), where it leaves (disc index), phase. */
  readonly strands: readonly (readonly [side: number, depth: number, leavesAt: number, phase: number])[];
  /** Where in the noise field this patient's textures begin. */
  readonly textureOrigin: Point;
}

/** A synthetic patient's lumbar spine; a pure value, everything rendered and every grade follows from it. */
export interface Anatomy {
  readonly seed: number;
  /** Index of L1: FIRST_LUMBAR_DISC where there are five lumbar vertebrae. */
  readonly firstLumbar: number;
  readonly vertebrae: readonly Vertebra[];
  /** One for each disc, vertebrae.length − 1. */
  readonly segments: readonly MotionSegment[];
  readonly habitus: Habitus;
  /** The grade each target was drawn for; equal to the grade measured on this geometry. */
  readonly grades: Readonly<Record<string, Grade>>;
}
