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

/** Disc that has broken into an endplate: middle relative to the axis of the bodies, mm. */
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
