import type { Anatomy } from '../../anatomy/anatomy.ts';
import type { SpinePoint } from '../../shape/spine-point.ts';
import type { SpineTissue } from '../spine/spine-tissue.ts';
import { TISSUE } from '../tissue.ts';
import { kidneys, vessels, viscera } from './abdomen-tissue.ts';
import { backMuscle } from './back-muscle.ts';
import { gluteus, psoas } from './muscle-tissue.ts';
import { ilium, sacralWing } from './pelvis-tissue.ts';

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
