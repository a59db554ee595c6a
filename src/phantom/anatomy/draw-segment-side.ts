import type { Random } from '../random.ts';
import type { SegmentSide } from './motion-segment.ts';

/** Facet joints turn from sagittal (20°) at L1/L2 to coronal (50°) at L5/S1. */
export function drawSide(random: Random, level: number, patient: number): SegmentSide {
  return {
    recessAnteriorMm: 0,
    recessPosteriorMm: 0,
    foramenNarrowing: 0,
    foramenFrontMm: Math.max(3.4, random.normal(4, 0.6)),
    foramenBackMm: Math.max(3.6, random.normal(4.5, 0.8)),
    foramenReach: random.uniform(0.22, 0.42),
    foramenTaper: random.uniform(0.35, 0.9),
    rootRadiusMm: Math.min(2.9, Math.max(1.9, random.normal(2.4, 0.25))),
    facetRadiusMm: 7.4 + 0.35 * level + Math.max(0, random.normal(0.3 + 1.6 * patient, 0.7)),
    facetAngleRad: ((22 + 6.5 * level + random.normal(0, 6)) * Math.PI) / 180,
    facetOffsetMm: 15.5 + 1.1 * level + random.normal(0, 0.6),
    jointSpaceMm: random.uniform(0.8, 1.8),
    jointFluid: random.next(),
  };
}
