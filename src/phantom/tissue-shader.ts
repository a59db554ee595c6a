import type { Anatomy } from './anatomy.ts';
import type { Contrast } from './contrast.ts';
import { patientPoint } from './spine-locator.ts';
import { noiseAt, smoothNoiseAt } from './texture.ts';
import { FAT_FRACTION, TISSUE } from './tissue.ts';
import { TEXTURE_OFFSET_MM } from './tissue-sampler.ts';

/** Cells of noise per mm: fine texture, and CSF flow. */
const GRAIN_PER_MM = 0.55;
const FLOW_PER_MM = 0.2;
const AXIS_STEP_MM = 2;
/** Amplitude of texture below which the noise is taken cell by cell. */
const SLIGHT = 0.035;

/** Signal of a tissue with its texture. */
export interface TissueShader {
  /** Signal of the point shaded last, from water and from fat. */
  water: number;
  fat: number;
  /** Shades tissue `code` at a patient point; `fatShare` counts in muscle only. */
  shade(code: number, fatShare: number, x: number, y: number, z: number): void;
}

/** Share of fat at a point in muscle: streaks that fan out from the spinous processes, coarse and fine. */
function fatInMuscle(share: number, fan: number, reach: number, x: number, y: number, z: number): number {
  const streak = smoothNoiseAt(fan * 14 + 640, reach * 0.06 + 640, z * 0.04);
  const thin = smoothNoiseAt(fan * 34 + 640, reach * 0.13 + 640, z * 0.07);
  const fine = smoothNoiseAt(x * 0.8, y * 0.8, z * 0.2);
  const fat = (0.55 * streak + 0.6 * thin + 0.45 * fine - 1.3 + 2.4 * share) * 0.7;
  return fat <= 0 ? 0 : Math.min(0.9, fat);
}

/** The line along the roots of the spinous processes, as x and y by z (patient, mm): nearest entry of a table. */
function spinousAxis({ vertebrae, segments }: Anatomy) {
  const places = segments.map((segment, disc) => patientPoint(vertebrae, disc, 0.3, 0, segment.canalDepthMm));
  const top = places[0]![2];
  const size = Math.max(1, Math.ceil((top - places.at(-1)![2]) / AXIS_STEP_MM));
  const table = Array.from({ length: size }, (_, i) => {
    const z = top - i * AXIS_STEP_MM;
    const k = Math.max(
      1,
      places.findIndex((place) => place[2] < z),
    );
    const [a, b] = [places[k - 1]!, places[k]!];
    const s = (a[2] - z) / Math.max(1, a[2] - b[2]);
    return [a[0] + s * (b[0] - a[0]), a[1] + s * (b[1] - a[1])] as const;
  });
  const xs = Float64Array.from(table, ([x]) => x);
  const ys = Float64Array.from(table, ([, y]) => y);
  const at = (z: number) => {
    const i = ((top - z) / AXIS_STEP_MM) | 0;
    return i < 0 ? 0 : i >= size ? size - 1 : i;
  };
  return { axisX: (z: number) => xs[at(z)]!, axisY: (z: number) => ys[at(z)]! };
}

/** `csfFlow` (0 … 1): depth of the dark streaks that flow draws in CSF. */
export function tissueShader(anatomy: Anatomy, contrast: Contrast, csfFlow: number): TissueShader {
  const { signal, texture } = contrast;
  const ox = anatomy.habitus.textureOrigin[0] + TEXTURE_OFFSET_MM;
  const oy = anatomy.habitus.textureOrigin[1] + TEXTURE_OFFSET_MM;
  const oz = anatomy.habitus.textureOrigin[2] + TEXTURE_OFFSET_MM;
  const { axisX, axisY } = spinousAxis(anatomy);
  const shader: TissueShader = {
    water: 0,
    fat: 0,
    shade(code, fatShare, x, y, z) {
      const a = x + ox;
      const b = y + oy;
      const c = z + oz;
      const amplitude = texture[code]!;
      // Slight texture need not be smooth.
      const grain =
        amplitude < SLIGHT
          ? amplitude * noiseAt(a, b, c)
          : amplitude * smoothNoiseAt(a * GRAIN_PER_MM, b * GRAIN_PER_MM, c * GRAIN_PER_MM);
      let level = signal[code]! * Math.max(0, 1 + grain);
      // Trabeculae: finer than the grain.
      if (code === TISSUE.marrow || code === TISSUE.posteriorMarrow)
        level *= 1 + 0.07 * noiseAt(a * 1.6, b * 1.6, c * 1.6);
      let asFat = FAT_FRACTION[code]!;
      if (code === TISSUE.muscle) {
        // Fibres run along the back, somewhat oblique.
        level = signal[code]! * (1 + 0.13 * smoothNoiseAt(a * 0.9, (b + 0.3 * c) * 0.9, c * 0.12));
        const du = Math.abs(x - axisX(z));
        const dv = y - axisY(z);
        const reach = Math.sqrt(du * du + dv * dv);
        asFat = fatInMuscle(
          fatShare,
          du / (Math.abs(dv) + 8 + 0.3 * du) + (x < axisX(z) ? 9 : 0),
          reach,
          a,
          b + 0.2 * c,
          c,
        );
        level += asFat * (signal[TISSUE.intramuscularFat]! - level);
      } else if (code === TISSUE.subcutaneousFat) {
        const septum = Math.abs(smoothNoiseAt(a * 0.16, b * 0.36, c * 0.2));
        if (septum < 0.12) level *= 0.7 + 2.5 * septum;
      } else if (code === TISSUE.csf && csfFlow > 0) {
        const streak = smoothNoiseAt(a * FLOW_PER_MM, b * FLOW_PER_MM, c * 0.1);
        if (streak > 0) level *= 1 - csfFlow * Math.min(1, streak);
      }
      shader.fat = level * asFat;
      shader.water = level - shader.fat;
    },
  };
  return shader;
}
