import type { MotionSegment } from '../anatomy/motion-segment.ts';
import type { Vertebra } from '../anatomy/vertebra.ts';
import { discMargin } from '../shape/body-margin.ts';
import { frontWall } from '../shape/canal-walls.ts';

/** The posterior margin is followed this far to either side of the midline, mm. */
const MARGIN_REACH_MM = 14;

/** How a disc's posterior outline differs from that of the endplates, mm. */
export interface DiscContour {
  /** How far the disc stands out behind the endplates everywhere along its posterior margin. */
  readonly diffuseMm: number;
  /** How much farther it stands out where it does so most. */
  readonly focalMm: number;
}

/** Posterior outline of a disc in its middle plane against the endplates' outline. */
export function discContour(segment: MotionSegment, above: Vertebra, below: Vertebra): DiscContour {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let u = -MARGIN_REACH_MM; u <= MARGIN_REACH_MM; u += 0.5) {
    const lateral = Math.abs(u);
    const margin = discMargin(above, below, lateral);
    const beyond = frontWall(segment, segment.sides[u >= 0 ? 0 : 1], margin, lateral, 0) - margin;
    least = Math.min(least, beyond);
    most = Math.max(most, beyond);
  }
  return { diffuseMm: least, focalMm: most - least };
}
