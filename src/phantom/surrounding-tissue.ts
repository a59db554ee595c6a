import { type Anatomy, FIRST_SACRAL } from './anatomy.ts';
import type { SpineTissue } from './body-tissue.ts';
import type { SpinePoint } from './spine-locator.ts';
import { smoothNoiseAt } from './texture.ts';
import { TISSUE } from './tissue.ts';

/** Depth of the back muscles as a share of their depth at L3, by disc index from T8/T9. */
const MUSCLE_PROFILE = [0.75, 0.78, 0.82, 0.86, 0.92, 0.97, 1, 1, 0.95, 0.8, 0.58, 0.4, 0.22, 0.1, 0.05];
/** Growth of the psoas, by disc index. */
const PSOAS_PROFILE = [0, 0, 0, 0, 0.2, 0.5, 0.75, 0.95, 1.12, 1.15, 1.1, 1, 0.9, 0.8, 0.7];

function profile(table: readonly number[], along: number): number {
  const i = Math.floor(along);
  const at = table[i] ?? 0;
  return at + ((table[i + 1] ?? at) - at) * (along - i);
}

/** Muscle, vessels, kidneys, pelvis and abdominal fat and bowel: everything between spine and skin. */
export function surroundingTissue(anatomy: Anatomy): SpineTissue {
  const { habitus } = anatomy;
  const infiltration = habitus.fattyInfiltration;

  const muscleOrFat = (x: number, y: number, z: number, share: number): number =>
    smoothNoiseAt(x * 0.75, y * 0.75, z * 0.16) > 1.75 - 2.4 * share
      ? TISSUE.intramuscularFat
      : TISSUE.muscle;

  const backMuscle = (q: SpinePoint, u: number, along: number, x: number, y: number, z: number): number => {
    const shrink = profile(MUSCLE_PROFILE, along);
    const width = habitus.muscleHalfWidthMm * (along > FIRST_SACRAL ? 0.75 : 1);
    if (q.p < 4 || u > width) return -1;
    const s = (u - 0.42 * width) / (0.58 * width);
    const bulge = u > 0.42 * width ? Math.sqrt(Math.max(0, 1 - s * s)) : 1 - 0.18 * s * s;
    const back = 8 + shrink * (habitus.muscleDepthMm + 4) * bulge;
    const front = u > 30 ? 8 + 0.15 * (u - 30) : 4;
    if (q.p < front || q.p > back + 1.3) return -1;
    if (q.p > back) return TISSUE.fascia;
    const medial = u < 26 ? 0.12 + 0.5 * infiltration : 0.5 * infiltration;
    const low = along > 8 ? 0.12 * (along - 8) * (0.5 + infiltration) : 0;
    const septum = Math.abs(u - 27 - 0.2 * (q.p - 20) - 3 * smoothNoiseAt(x * 0.1, y * 0.1, z * 0.05));
    if (septum < 0.9 + 2 * infiltration) return TISSUE.intramuscularFat;
    return muscleOrFat(x, y, z, Math.min(0.9, medial + low));
  };

  const psoas = (q: SpinePoint, u: number, along: number, x: number, y: number, z: number): number => {
    const radius = habitus.psoasRadiusMm * profile(PSOAS_PROFILE, along);
    if (radius < 2) return -1;
    const away = along > 8.4 ? (along - 8.4) * 9 : 0;
    const du = (u - q.halfWidth - 0.72 * radius - 2 - away) / radius;
    const dv = (q.v + 2 + away * 1.1) / (1.35 * radius);
    if (du * du + dv * dv < 1) return muscleOrFat(x, y, z, 0.05);
    if (along > 4.5 && along < 8.6) {
      const [a, b] = [(u - 66) / 17, (q.p + 2) / 9];
      if (a * a + b * b < 1) return muscleOrFat(x, y, z, 0.1);
    }
    return -1;
  };

  const vessel = (q: SpinePoint, along: number): number => {
    if (along > 11) return -1;
    const split = Math.max(0, along - 8.7);
    const aorta = habitus.aortaRadiusMm * (split > 0 ? 0.72 : 1);
    const front = q.v + q.halfDepth;
    const spread = 13 * split;
    const forward = split > 0 ? 4 : 3;
    for (let branch = split > 0 ? -1 : 1; branch <= 1; branch += 2) {
      const du = q.u - habitus.vesselOffsetMm - branch * spread;
      const dv = front + aorta + forward - 2 * split;
      if (du * du + dv * dv < aorta * aorta) return TISSUE.flowVoid;
    }
    const lower = Math.max(0, along - 9.1);
    const cava = habitus.cavaRadiusMm * (lower > 0 ? 0.75 : 1);
    for (let branch = lower > 0 ? -1 : 1; branch <= 1; branch += 2) {
      const du =
        (q.u - habitus.vesselOffsetMm + habitus.aortaRadiusMm + cava + 3 - branch * 15 * lower) / 1.15;
      const dv = (front + cava * 0.8 + 1) / 0.85;
      if (du * du + dv * dv < cava * cava) return TISSUE.flowVoid;
    }
    return -1;
  };

  const sacralWing = (q: SpinePoint, u: number, along: number): number => {
    const wing = 52 - 9 * (along - 10);
    const start = 9.74 + 0.006 * u;
    if (along < start || along > 13.2 || u < 10) return -1;
    const front = -2 * q.halfDepth + 0.42 * (u - 10);
    const back = 9 + 0.1 * u;
    const inside = Math.min(wing - u, q.p - front, back - q.p, (along - start) * 34);
    if (inside > 0) return inside < 1.2 ? TISSUE.cortex : TISSUE.posteriorMarrow;
    return -1;
  };

  const ilium = (q: SpinePoint, u: number, along: number): number => {
    if (along < 8.9 || along > 12.5) return -1;
    const wing = 55 - 9 * Math.max(0, along - 10);
    const across = u - wing - 0.75 * Math.max(0, 12 - q.p) + 0.5 * Math.max(0, q.p - 12);
    const half = 7 * Math.min(1, (along - 8.9) * 2.5);
    const inside = half - Math.abs(across - 7);
    if (inside > 0 && q.p < 34) return inside < 1.3 ? TISSUE.cortex : TISSUE.fattyMarrow;
    return -1;
  };

  const kidney = (q: SpinePoint, u: number, along: number): number => {
    if (!habitus.kidneys) return -1;
    const dz = (along - (q.u > 0 ? 4.9 : 5.3)) / 1.7;
    const du = (u - 68) / 26;
    const dv = (q.v + 6) / 29;
    const r = du * du + dv * dv + dz * dz;
    if (r > 1) return -1;
    return r < 0.22 || (du < -0.25 && Math.abs(dv) < 0.35) ? TISSUE.visceralFat : TISSUE.kidney;
  };

  const abdomen = (q: SpinePoint, along: number, x: number, y: number, z: number): number => {
    const ahead = -q.v - q.halfDepth;
    if (ahead < 16) return TISSUE.visceralFat;
    if (q.u < -45 && along < 6) return TISSUE.liver;
    const lump = smoothNoiseAt(x * 0.09, y * 0.09, z * 0.07) + Math.min(0.9, (ahead - 16) * 0.02);
    if (lump > 1.5) return lump > 2.3 ? TISSUE.gas : TISSUE.bowelContent;
    return lump > 1.05 ? TISSUE.bowelWall : TISSUE.visceralFat;
  };

  return (q, x, y, z) => {
    const u = q.u < 0 ? -q.u : q.u;
    const along = q.disc + q.t;
    if (along > 8.8) {
      const wing = along > 9.6 ? sacralWing(q, u, along) : -1;
      if (wing >= 0) return wing;
      const pelvis = ilium(q, u, along);
      if (pelvis >= 0) return pelvis;
    }
    const back = backMuscle(q, u, along, x, y, z);
    if (back >= 0) return back;
    if (q.p < 12) {
      const flank = psoas(q, u, along, x, y, z);
      if (flank >= 0) return flank;
      if (q.v < -q.halfDepth) {
        if (q.v > -q.halfDepth - 1.2 && u < q.halfWidth * 0.8) return TISSUE.ligament;
        const flow = vessel(q, along);
        if (flow >= 0) return flow;
      }
      const organ = kidney(q, u, along);
      if (organ >= 0) return organ;
      if (q.v < -8 || u > 60) return abdomen(q, along, x, y, z);
      return TISSUE.visceralFat;
    }
    if (along > 9.8 && u > 38 && q.p > 14 && q.p < 60) return muscleOrFat(x, y * 0.6, z * 3, 0.16);
    return TISSUE.subcutaneousFat;
  };
}
