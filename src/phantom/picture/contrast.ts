import type { Anatomy } from '../anatomy/anatomy.ts';
import type { Random } from '../random.ts';
import { TISSUE, TISSUE_COUNT, type TissueName } from '../tissue/tissue.ts';

/** Weighting of a pulse sequence; STIR counts as T2. */
export type Weighting = 'T1' | 'T2';

/** What each tissue looks like in one series. */
export interface Contrast {
  readonly weighting: Weighting;
  readonly repetitionTimeMs: number;
  readonly echoTimeMs: number;
  /** STIR; null otherwise. */
  readonly inversionTimeMs: number | null;
  /** Signal by tissue code, roughly 0 … 1. */
  readonly signal: Float32Array;
  /** Relative amplitude of texture by tissue code. */
  readonly texture: Float32Array;
}

/**
 * Relative proton density, T1 and T2 in ms at 1.5 T, and texture amplitude. After Stanisz et al., Magn Reson Med
 * 2005;54:507; Gold et al., AJR 2004;183:343; de Bazelaire et al., Radiology 2004;230:652; T2 of fat is the longer
 * apparent one of fast spin echo.
 */
const PROPERTIES: Readonly<
  Record<Exclude<TissueName, 'nucleus'>, readonly [number, number, number, number]>
> = {
  air: [0, 1000, 100, 0],
  skin: [0.5, 700, 45, 0.1],
  subcutaneousFat: [0.95, 320, 130, 0.025],
  muscle: [0.8, 950, 46, 0.12],
  intramuscularFat: [0.9, 330, 125, 0.1],
  marrow: [0.7, 490, 78, 0.1],
  cortex: [0.12, 600, 20, 0.1],
  annulus: [0.55, 850, 42, 0.12],
  innerAnnulus: [0.65, 900, 62, 0.1],
  csf: [1, 4000, 1700, 0.03],
  root: [0.75, 950, 78, 0.05],
  cord: [0.75, 920, 78, 0.03],
  epiduralFat: [0.92, 320, 128, 0.08],
  foraminalFat: [0.92, 320, 128, 0.12],
  ligament: [0.42, 850, 28, 0.15],
  jointFluid: [0.95, 2600, 400, 0.05],
  flowVoid: [0.07, 1200, 60, 0.3],
  vein: [0.75, 1200, 130, 0.1],
  visceralFat: [0.9, 320, 120, 0.03],
  bowelWall: [0.8, 850, 62, 0.15],
  bowelContent: [0.8, 1000, 95, 0.25],
  gas: [0.02, 1000, 20, 0],
  kidney: [0.85, 950, 90, 0.08],
  liver: [0.75, 580, 48, 0.07],
  fascia: [0.25, 850, 22, 0.1],
  fattyMarrow: [0.8, 400, 100, 0.12],
  posteriorMarrow: [0.71, 460, 84, 0.12],
  interspinous: [0.62, 620, 52, 0.3],
  oedematousMarrow: [0.8, 900, 110, 0.12],
  scleroticMarrow: [0.4, 700, 40, 0.15],
};

const FAT_NAMES: readonly TissueName[] = [
  'subcutaneousFat',
  'intramuscularFat',
  'epiduralFat',
  'foraminalFat',
  'visceralFat',
];

function spinEcho(pd: number, t1: number, t2: number, tr: number, te: number, ti: number | null): number {
  const recovered =
    ti === null ? 1 - Math.exp(-tr / t1) : Math.abs(1 - 2 * Math.exp(-ti / t1) + Math.exp(-tr / t1));
  return pd * recovered * Math.exp(-te / t2);
}

/** Relaxation of a nucleus from its hydration: T2 60 … 125 ms (Marinelli et al., Spine 2009;34:520). */
function nucleusProperties(hydration: number): readonly [number, number, number] {
  return [0.62 + 0.28 * hydration, 850 + 350 * hydration, 46 + 80 * hydration * hydration];
}

/** Contrast of a fast spin echo (or STIR) with TE and TR from clinical ranges, tissue values varied by patient. */
export function physicalContrast(
  anatomy: Anatomy,
  weighting: Weighting,
  fatSuppressed: boolean,
  random: Random,
): Contrast {
  const inversionTimeMs = fatSuppressed ? random.uniform(145, 175) : null;
  const repetitionTimeMs = weighting === 'T1' ? random.uniform(400, 750) : random.uniform(2600, 5200);
  const echoTimeMs =
    weighting === 'T1'
      ? random.uniform(7, 14)
      : fatSuppressed
        ? random.uniform(40, 75)
        : random.uniform(82, 125);
  return spinEchoContrast(anatomy, { weighting, repetitionTimeMs, echoTimeMs, inversionTimeMs }, random);
}

/** Contrast of a fast spin echo at given times, tissue values varied by patient; a short inversion time nulls fat. */
export function spinEchoContrast(
  anatomy: Anatomy,
  times: Pick<Contrast, 'weighting' | 'repetitionTimeMs' | 'echoTimeMs' | 'inversionTimeMs'>,
  random: Random,
): Contrast {
  const { repetitionTimeMs, echoTimeMs, inversionTimeMs } = times;
  const signal = new Float32Array(TISSUE_COUNT);
  const texture = new Float32Array(TISSUE_COUNT);
  // Marrow turns from red to fatty with age, and not alike in everybody.
  const red = Math.max(0.6, random.normal(0.95, 0.17));
  const set = (code: number, [pd, t1, t2]: readonly [number, number, number]) => {
    const [p, a, b] = [pd * random.normal(1, 0.03), t1 * random.normal(1, 0.05), t2 * random.normal(1, 0.06)];
    signal[code] = Math.max(0, spinEcho(p, a, b, repetitionTimeMs, echoTimeMs, inversionTimeMs));
  };
  for (const [name, [pd, t1, t2, amplitude]] of Object.entries(PROPERTIES)) {
    const code = TISSUE[name as TissueName];
    set(code, [pd, name.includes('arrow') ? t1 * red : t1, t2]);
    texture[code] = amplitude;
  }
  // Slow flow is not quite black.
  signal[TISSUE.flowVoid] = signal[TISSUE.flowVoid]! * (random.chance(0.5) ? 1 : random.uniform(1, 5));
  const nullsFat = inversionTimeMs !== null && inversionTimeMs < 350;
  if (nullsFat) for (const name of FAT_NAMES) signal[TISSUE[name]] = signal[TISSUE[name]]! * 0.5;
  anatomy.segments.forEach((segment, disc) => {
    set(TISSUE.nucleus + disc, nucleusProperties(segment.hydration));
    texture[TISSUE.nucleus + disc] = 0.06;
  });
  return { ...times, signal, texture };
}

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
