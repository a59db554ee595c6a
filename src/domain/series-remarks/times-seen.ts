/** What times, sequence and flip angle show. */
export type TimesShow =
  | 'echo-planar'
  | 'gradient-echo'
  | 'short-repetition'
  | 'no-echo-time'
  | 'stir'
  | 't1-flair'
  | 'fluid-suppressed'
  | 'myelography'
  | 't2'
  | 't1'
  | 'proton-density'
  | 'mixed';

/** Medians over the images; null where no image tells it. */
export interface TimesSeen {
  readonly echoMs: number | null;
  readonly repetitionMs: number | null;
  readonly inversionMs: number | null;
  readonly flipAngleDegrees: number | null;
  readonly shows: TimesShow;
}

const BY_TIMES = {
  'short-repetition': ': too short a repetition for a spin echo',
  'no-echo-time': '',
  myelography: ': myelography, fluid alone',
  t2: ': T2-weighted',
  t1: ': T1-weighted',
  'proton-density': ': proton density-weighted',
  mixed: ': neither clearly T1 nor clearly T2',
} as const;
const BY_INVERSION = {
  stir: 'STIR, counted as T2',
  't1-flair': 'T1 FLAIR',
  'fluid-suppressed': 'fluid-suppressed, neither T1 nor T2',
} as const;

/** The figures and what they show, without a full stop. */
export function timesInWords(seen: TimesSeen): string {
  const { shows } = seen;
  switch (shows) {
    case 'echo-planar':
      return 'echo planar imaging';
    case 'gradient-echo': {
      const angle = seen.flipAngleDegrees === null ? '' : ` of flip angle ${seen.flipAngleDegrees}°`;
      return `gradient echo${angle}: neither T1 nor T2 as spin echo shows them`;
    }
    case 'stir':
    case 't1-flair':
    case 'fluid-suppressed':
      return `inversion recovery, ${figures(seen)}: ${BY_INVERSION[shows]}`;
    default:
      return `${figures(seen)}${BY_TIMES[shows]}`;
  }
}

function figures({ echoMs, repetitionMs, inversionMs }: TimesSeen): string {
  return [
    echoMs === null ? 'no echo time' : `TE ${echoMs} ms`,
    repetitionMs === null ? 'no repetition time' : `TR ${repetitionMs} ms`,
    ...(inversionMs === null || inversionMs === 0 ? [] : [`TI ${inversionMs} ms`]),
  ].join(', ');
}
