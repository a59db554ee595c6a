import type { Anatomy } from './anatomy.ts';
import type { Contrast } from './contrast.ts';
import { smoothNoiseAt } from './texture.ts';
import { FAT_FRACTION, TISSUE } from './tissue.ts';
import { TEXTURE_OFFSET_MM } from './tissue-sampler.ts';

/** Cells of noise per mm: fine texture, and CSF flow. */
const GRAIN_PER_MM = 0.55;
const FLOW_PER_MM = 0.2;

/** Signal of a tissue with its texture. */
export interface TissueShader {
  /** Signal of the point shaded last, from water and from fat. */
  water: number;
  fat: number;
  /** Shades tissue `code` at a patient point; `fatShare` counts in muscle only. */
  shade(code: number, fatShare: number, x: number, y: number, z: number): void;
}

/** Fat lies in sheets between bundles that run along the spine: zero crossings of the noise. */
function fatInMuscle(share: number, x: number, y: number, z: number): number {
  const coarse = smoothNoiseAt(x * 0.3, y * 0.3, z * 0.07);
  const fine = smoothNoiseAt(x * 0.8, y * 0.8, z * 0.15);
  const sheet = (0.05 + 0.9 * share - Math.abs(coarse + 0.3 * fine)) / 0.3;
  return sheet <= 0 ? 0 : Math.min(0.85, sheet);
}

/** `csfFlow` (0 … 1): depth of the dark streaks that flow draws in CSF. */
export function tissueShader(anatomy: Anatomy, contrast: Contrast, csfFlow: number): TissueShader {
  const { signal, texture } = contrast;
  const ox = anatomy.habitus.textureOrigin[0] + TEXTURE_OFFSET_MM;
  const oy = anatomy.habitus.textureOrigin[1] + TEXTURE_OFFSET_MM;
  const oz = anatomy.habitus.textureOrigin[2] + TEXTURE_OFFSET_MM;
  const shader: TissueShader = {
    water: 0,
    fat: 0,
    shade(code, fatShare, x, y, z) {
      const a = x + ox;
      const b = y + oy;
      const c = z + oz;
      const grain = texture[code]! * smoothNoiseAt(a * GRAIN_PER_MM, b * GRAIN_PER_MM, c * GRAIN_PER_MM);
      let level = signal[code]! * Math.max(0, 1 + grain);
      let asFat = FAT_FRACTION[code]!;
      if (code === TISSUE.muscle) {
        // Fibres run along the back, somewhat oblique.
        level = signal[code]! * (1 + 0.13 * smoothNoiseAt(a * 0.9, (b + 0.3 * c) * 0.9, c * 0.12));
        asFat = fatInMuscle(fatShare, a, b + 0.2 * c, c);
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
