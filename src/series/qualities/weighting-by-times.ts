import type { ImageHeader } from '../../dicom/image/image-header.ts';
import type { TimesSeen, TimesShow } from '../../domain/series-remarks/times-seen.ts';
import { medianTimeMs } from './median-time.ts';

/** Null where it is neither, or cannot be told. */
export type Weighting = 'T1' | 'T2' | null;

/** What times show, and the weighting that follows; a null that is decided has no role. */
export interface WeightingByTimes {
  readonly weighting: Weighting;
  readonly decided: boolean;
  readonly times: TimesSeen;
}

/** Spin echo: T1 with both times short, T2 with both long (ms). Between them the contrast is mixed. */
const T1_MAX_ECHO_MS = 30;
const T1_MAX_REPETITION_MS = 1200;
const T2_MIN_ECHO_MS = 60;
const T2_MIN_REPETITION_MS = 1200;
const PROTON_DENSITY_MIN_REPETITION_MS = 2000;
/** MR myelography: nothing but fluid is left. */
const MYELOGRAPHY_MIN_ECHO_MS = 300;
/** No spin echo recovers in less; a gradient echo of a small flip angle does. */
const SPIN_ECHO_MIN_REPETITION_MS = 150;
/** Fat is nulled at about 150 ms (1.5 T) to 220 ms (3 T), white matter in T1 FLAIR at 700 ms and more. */
export const STIR_MAX_INVERSION_MS = 350;

/** From the medians of the images' times, and their ScanningSequence. */
export function weightingByTimes(headers: readonly ImageHeader[]): WeightingByTimes {
  const seen = {
    echoMs: medianTimeMs(headers.map((header) => header.echoTimeMs)),
    repetitionMs: medianTimeMs(headers.map((header) => header.repetitionTimeMs)),
    inversionMs: medianTimeMs(headers.map((header) => header.inversionTimeMs)),
    flipAngleDegrees: medianTimeMs(headers.map((header) => header.flipAngleDegrees)),
  };
  const shows = timesShow(seen, headers[0]!.scanningSequence);
  const { weighting, decided } = SHOWN[shows];
  return { weighting, decided, times: { ...seen, shows } };
}

const decided = (weighting: Weighting) => ({ weighting, decided: true });
const UNDECIDED = { weighting: null, decided: false } as const;
/** The weighting of what times show. STIR counts as T2, as in the challenge. */
const SHOWN: Readonly<Record<TimesShow, { readonly weighting: Weighting; readonly decided: boolean }>> = {
  'echo-planar': decided(null),
  'gradient-echo': decided(null),
  'short-repetition': decided(null),
  'no-echo-time': UNDECIDED,
  stir: decided('T2'),
  't1-flair': decided('T1'),
  'fluid-suppressed': decided(null),
  myelography: decided(null),
  t2: decided('T2'),
  t1: decided('T1'),
  'proton-density': decided(null),
  mixed: UNDECIDED,
};

function timesShow(seen: Omit<TimesSeen, 'shows'>, sequence: readonly string[]): TimesShow {
  const { echoMs, repetitionMs, inversionMs } = seen;
  if (sequence.includes('EP')) return 'echo-planar';
  if (sequence.includes('GR')) return 'gradient-echo';
  if (repetitionMs !== null && repetitionMs > 0 && repetitionMs < SPIN_ECHO_MIN_REPETITION_MS) {
    return 'short-repetition';
  }
  if (echoMs === null) return 'no-echo-time';
  if (sequence.includes('IR') || (inversionMs !== null && inversionMs > 0)) {
    return inversionRecovery(echoMs, inversionMs);
  }
  if (echoMs >= MYELOGRAPHY_MIN_ECHO_MS) return 'myelography';
  if (echoMs >= T2_MIN_ECHO_MS && (repetitionMs === null || repetitionMs >= T2_MIN_REPETITION_MS))
    return 't2';
  if (repetitionMs !== null && echoMs < T1_MAX_ECHO_MS) {
    if (repetitionMs < T1_MAX_REPETITION_MS) return 't1';
    if (repetitionMs >= PROTON_DENSITY_MIN_REPETITION_MS) return 'proton-density';
  }
  return 'mixed';
}

function inversionRecovery(echoMs: number, inversionMs: number | null): TimesShow {
  const nullsFat =
    inversionMs === null || inversionMs === 0
      ? echoMs >= T1_MAX_ECHO_MS
      : inversionMs < STIR_MAX_INVERSION_MS;
  if (nullsFat) return 'stir';
  return echoMs < T1_MAX_ECHO_MS ? 't1-flair' : 'fluid-suppressed';
}
