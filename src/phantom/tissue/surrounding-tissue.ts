import type { Anatomy } from '../anatomy/anatomy.ts';
import type { SpinePoint } from '../anatomy/spine-locator.ts';
import { kidneys, vessels, viscera } from './abdomen-tissue.ts';
import type { SpineTissue } from './body-tissue.ts';
import { backMuscle, gluteus, psoas } from './muscle-tissue.ts';
import { TISSUE } from './tissue.ts';

/** Lateral mass of the sacrum; −1 elsewhere. */
function sacralWing(q: SpinePoint, u: number, along: number): number {
  const wing = 52 - 9 * (along - 10);
  const start = 9.74 + 0.004 * u;
  if (along < start || along > 13.2 || u < 10) return -1;
  const front = -2 * q.halfDepth + 0.42 * (u - 10);
  const back = 10 + 0.08 * u;
  const inside = Math.min(wing - u, q.p - front, back - q.p, (along - start) * 34);
  if (inside <= 0) return -1;
  return inside < 1.1 ? TISSUE.cortex : TISSUE.posteriorMarrow;
}

/** Iliac wing, from the crest at L4/L5 down along the sacroiliac joint; −1 elsewhere. */
function ilium(q: SpinePoint, u: number, along: number): number {
  if (along < 9 || along > 12.8 || u < 25) return -1;
  const wing = 55 - 9 * Math.max(0, along - 10) + 24 * Math.max(0, 10.2 - along);
  const across = u - wing - 0.85 * Math.max(0, 10 - q.p) + 0.55 * Math.max(0, q.p - 10);
  const half = 7.5 * Math.min(1, (along - 9) * 2.5) - 0.006 * (q.p - 5) * (q.p - 5);
  const inside = Math.min(half - Math.abs(across - 7), 30 - q.p);
  if (inside <= 0) return -1;
  return inside < 1.3 ? TISSUE.cortex : TISSUE.fattyMarrow;
}

/** Muscle, vessels, kidneys, pelvis, abdominal fat and bowel: everything between spine and skin. */
export function surroundingTissue(anatomy: Anatomy): SpineTissue {
  const inBack = backMuscle(anatomy);
  const inFlank = psoas(anatomy);
  const inVessel = vessels(anatomy);
  const inKidney = kidneys(anatomy);

  const ahead = (q: SpinePoint): number => {
    const flank = inFlank(q);
    if (flank >= 0) return flank;
    const flow = inVessel(q);
    if (flow >= 0) return flow;
    const organ = inKidney(q);
    if (organ >= 0) return organ;
    return viscera(q);
  };

  return (q) => {
    const u = q.lateral;
    const along = q.along;
    if (along > 8.8) {
      const wing = along > 9.6 ? sacralWing(q, u, along) : -1;
      if (wing >= 0) return wing;
      const pelvis = ilium(q, u, along);
      if (pelvis >= 0) return pelvis;
    }
    const back = inBack(q);
    if (back >= 0) return back;
    if (q.p < 12) {
      const tissue = ahead(q);
      if (tissue !== TISSUE.visceralFat) return tissue;
    }
    if (along < 9.3 && u > 52) {
      const wall = q.p - 10 + 0.012 * (u - 60) * (u - 60);
      if (wall > 10) return TISSUE.subcutaneousFat;
      if (wall > 0) {
        q.fatShare = 0.06;
        return wall > 9 ? TISSUE.fascia : TISSUE.muscle;
      }
    }
    const seat = u > 30 ? gluteus(q) : -1;
    if (seat >= 0) return seat;
    return q.p < 12 ? TISSUE.visceralFat : TISSUE.subcutaneousFat;
  };
}
