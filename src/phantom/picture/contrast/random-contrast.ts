import type { Anatomy } from '../../anatomy/anatomy.ts';
import type { Random } from '../../random.ts';
import { TISSUE, type TissueName } from '../../tissue/tissue.ts';
import type { Contrast, Weighting } from './contrast.ts';
import { physicalContrast } from './physical-contrast.ts';
import { FAT_NAMES, PROPERTIES } from './tissue-properties.ts';

/** Bounds of random T2-like and T1-like contrast; tissues not named draw from 0.05 … 0.9. */
const RANDOM_BOUNDS: Readonly<Record<Weighting, Partial<Record<TissueName, readonly [number, number]>>>> = {
  T2: {
    csf: [0.6, 1],
    cortex: [0, 0.12],
    ligament: [0, 0.22],
    fascia: [0, 0.25],
    annulus: [0, 0.28],
    innerAnnulus: [0.05, 0.4],
    root: [0.05, 0.4],
    muscle: [0.05, 0.35],
    flowVoid: [0, 0.3],
    marrow: [0.1, 0.6],
    jointFluid: [0.4, 1],
  },
  T1: {
    csf: [0, 0.25],
    cortex: [0, 0.1],
    ligament: [0.05, 0.3],
    fascia: [0, 0.25],
    annulus: [0.08, 0.35],
    innerAnnulus: [0.1, 0.4],
    root: [0.1, 0.4],
    muscle: [0.1, 0.4],
    marrow: [0.2, 0.75],
    flowVoid: [0, 0.3],
    foraminalFat: [0.55, 1],
    epiduralFat: [0.5, 1],
    jointFluid: [0.1, 0.4],
  },
};

/** Domain randomisation: every tissue a random grey, with only the weakest order kept. */
export function randomContrast(anatomy: Anatomy, weighting: Weighting, random: Random): Contrast {
  const base = physicalContrast(anatomy, weighting, weighting === 'T2' && random.chance(0.35), random);
  const fat = random.uniform(weighting === 'T1' ? 0.5 : 0.03, 0.97);
  const { signal, texture } = base;
  for (const name of Object.keys(PROPERTIES) as (keyof typeof PROPERTIES)[]) {
    const code = TISSUE[name];
    if (name === 'air' || name === 'gas') continue;
    const bounds = RANDOM_BOUNDS[weighting][name] ?? [0.05, 0.9];
    const isFat = FAT_NAMES.includes(name);
    signal[code] = isFat
      ? Math.min(1, Math.max(0.02, fat * random.uniform(0.8, 1.2)))
      : random.uniform(...bounds);
    texture[code] = texture[code]! * random.uniform(0.3, 2);
  }
  // Arch and body are of one bone.
  signal[TISSUE.posteriorMarrow] = signal[TISSUE.marrow]! * random.uniform(0.8, 1.25);
  const brightest = random.uniform(0.25, 0.9);
  const darkest = signal[TISSUE.annulus]!;
  anatomy.segments.forEach((segment, disc) => {
    const grey =
      weighting === 'T2' ? darkest + (brightest - darkest) * segment.hydration : random.uniform(0.1, 0.4);
    signal[TISSUE.nucleus + disc] = Math.max(0, grey);
  });
  return base;
}
