import type { MotionSegment } from '../../anatomy/motion-segment.ts';
import type { SpinePoint } from '../../shape/spine-point.ts';

const TRAVERSING_RADIUS_MM = 1.7;

/** Whether a point between the walls of the canal lies in the root on its way from the sac through the lateral recess and under the pedicle. */
export function isTraversingRoot(
  segment: MotionSegment,
  q: SpinePoint,
  u: number,
  front: number,
  back: number,
): boolean {
  const inner = segment.pedicleInnerMm;
  let centreU: number;
  let centreP: number;
  if (q.t > 0.3) {
    centreU = 7.2 + ((inner - 9.2) * (q.t - 0.3)) / 0.7;
    centreP = 3.2;
  } else if (q.t < 0.18) {
    centreU = inner - 2 + (14 - inner) * (q.t / 0.18);
    centreP = 3.2 + 10 * q.t;
  } else return false;
  const middle = (front + back) / 2;
  if (centreP > middle || centreP < front + 1.6)
    centreP = middle < front + 1.6 ? middle : Math.min(middle, front + 2.2);
  const du = u - centreU;
  const dp = q.p - centreP;
  return du * du + dp * dp < TRAVERSING_RADIUS_MM * TRAVERSING_RADIUS_MM;
}
