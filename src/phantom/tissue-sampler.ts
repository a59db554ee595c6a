import { type Anatomy, FIRST_SACRAL } from './anatomy.ts';
import { bodyTissue } from './body-tissue.ts';
import { canalTissue } from './canal-tissue.ts';
import { posteriorTissue } from './posterior-tissue.ts';
import { patientPoint, spineLocator } from './spine-locator.ts';
import { surroundingTissue } from './surrounding-tissue.ts';
import { TISSUE } from './tissue.ts';

export interface TissueSampler {
  /** Tissue code (TISSUE) at a patient point, mm. */
  at(x: number, y: number, z: number): number;
  /** y of the skin of the back at (x, z), mm. */
  backSkin(x: number, z: number): number;
}

/** Keeps texture coordinates positive; a multiple of the noise's period at every scale used. */
export const TEXTURE_OFFSET_MM = 6400;

const SKIN_STEP_MM = 2;
const SKIN_SMOOTHING = 22;

interface BackProfile {
  readonly fromZ: number;
  readonly skinY: Float64Array;
  readonly furrowMm: Float64Array;
  readonly axisX: Float64Array;
}

/** Skin of the back in the midline by height: behind the tips of the spinous processes, smoothed. */
function backProfile(anatomy: Anatomy): BackProfile {
  const { vertebrae, segments, habitus } = anatomy;
  const tips = segments.map((segment, disc) => {
    const length = disc >= FIRST_SACRAL ? 8 : segment.spinousLengthMm + 3;
    const fat =
      disc < 8
        ? habitus.backFatMm
        : disc > 11
          ? habitus.sacralFatMm
          : habitus.backFatMm + ((disc - 7) / 5) * (habitus.sacralFatMm - habitus.backFatMm);
    const at = patientPoint(vertebrae, disc, 0.35, 0, segment.canalDepthMm + length);
    const furrow =
      disc < FIRST_SACRAL - 1 ? habitus.furrowMm : habitus.furrowMm * (disc < FIRST_SACRAL ? 0.5 : 0.1);
    return { x: at[0], y: at[1] + fat, z: at[2], furrow };
  });
  const fromZ = vertebrae[8]!.centreMm[2] - 400;
  const count = 401;
  const raw = { y: new Float64Array(count), furrow: new Float64Array(count), x: new Float64Array(count) };
  for (let i = 0; i < count; i++) {
    const z = fromZ + i * SKIN_STEP_MM;
    let below = tips.findIndex((tip) => tip.z < z);
    if (below < 0) below = tips.length - 1;
    const [a, b] = [tips[Math.max(0, below - 1)]!, tips[below]!];
    const s = a.z === b.z ? 0 : Math.min(1, Math.max(0, (a.z - z) / (a.z - b.z)));
    raw.y[i] = a.y + s * (b.y - a.y);
    raw.furrow[i] = a.furrow + s * (b.furrow - a.furrow);
    raw.x[i] = a.x + s * (b.x - a.x);
  }
  const smooth = (values: Float64Array) =>
    values.map((_, i) => {
      let sum = 0;
      for (let j = -SKIN_SMOOTHING; j <= SKIN_SMOOTHING; j++)
        sum += values[Math.min(count - 1, Math.max(0, i + j))]!;
      return sum / (2 * SKIN_SMOOTHING + 1);
    });
  return { fromZ, skinY: smooth(smooth(raw.y)), furrowMm: smooth(raw.furrow), axisX: smooth(raw.x) };
}

/** Prepares an anatomy for sampling; the sampler allocates nothing per point. */
export function tissueSampler(anatomy: Anatomy): TissueSampler {
  const { habitus } = anatomy;
  const { point, locate } = spineLocator(anatomy.vertebrae);
  const inBody = bodyTissue(anatomy);
  const inCanal = canalTissue(anatomy);
  const inPosterior = posteriorTissue(anatomy);
  const around = surroundingTissue(anatomy);
  const back = backProfile(anatomy);
  const [ox, oy, oz] = anatomy.habitus.textureOrigin;

  const backSkin = (x: number, z: number): number => {
    const i = Math.min(400, Math.max(0, Math.round((z - back.fromZ) / SKIN_STEP_MM)));
    const dx = x - back.axisX[i]!;
    const side = dx / habitus.bodyHalfWidthMm;
    if (side > 0.999 || side < -0.999) return -1e6;
    const mound = back.furrowMm[i]! * (1 - Math.exp((-dx * dx) / 700));
    return (
      back.skinY[i]! + mound - habitus.bodyHalfDepthMm * (1 - Math.sqrt(1 - side * side * Math.abs(side)))
    );
  };

  const at = (x: number, y: number, z: number): number => {
    const skin = backSkin(x, z);
    if (y > skin - 1.8) return y > skin ? TISSUE.air : TISSUE.skin;
    const depth = skin - y;
    const i = Math.min(400, Math.max(0, Math.round((z - back.fromZ) / SKIN_STEP_MM)));
    const side = (x - back.axisX[i]!) / habitus.bodyHalfWidthMm;
    const wall = 2 * habitus.bodyHalfDepthMm * Math.sqrt(Math.max(0, 1 - side * side));
    if (depth > wall) return TISSUE.air;
    if (depth > wall - habitus.backFatMm - 8) return TISSUE.subcutaneousFat;
    locate(x, y, z);
    const [tx, ty, tz] = [x + ox + TEXTURE_OFFSET_MM, y + oy + TEXTURE_OFFSET_MM, z + oz + TEXTURE_OFFSET_MM];
    let code = inBody(point, tx, ty, tz);
    if (code >= 0) return code;
    code = inCanal(point, tx, ty, tz);
    if (code >= 0) return code;
    code = inPosterior(point, tx, ty, tz);
    if (code >= 0) return code;
    return around(point, tx, ty, tz);
  };
  return { at, backSkin };
}
