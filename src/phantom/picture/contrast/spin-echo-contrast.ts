import type { Anatomy } from '../../anatomy/anatomy.ts';
import type { Random } from '../../random.ts';
import { TISSUE, TISSUE_COUNT, type TissueName } from '../../tissue/tissue.ts';
import type { Contrast } from './contrast.ts';
import { FAT_NAMES, nucleusProperties, PROPERTIES } from './tissue-properties.ts';

function spinEcho(pd: number, t1: number, t2: number, tr: number, te: number, ti: number | null): number {
  const recovered =
    ti === null ? 1 - Math.exp(-tr / t1) : Math.abs(1 - 2 * Math.exp(-ti / t1) + Math.exp(-tr / t1));
  return pd * recovered * Math.exp(-te / t2);
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
