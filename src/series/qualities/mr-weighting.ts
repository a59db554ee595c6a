import type { ImageHeader } from '../../dicom/image/image-header.ts';
import { lowerMedian } from '../../domain/quantile.ts';
import { type SeriesRemark, seriesRemark } from '../../domain/series-remark.ts';
import type { Described, NotDescribed } from '../../domain/series-remarks/contrast-sentences.ts';
import type { TimesSeen, TimesShow } from '../../domain/series-remarks/times-seen.ts';
import { dixonImage } from './image-fitness.ts';

export interface MrWeighting {
  /** Null when it is neither, or cannot be told. */
  readonly weighting: Weighting;
  /** What told it; null when nothing in the headers does, so that only the pixels can. */
  readonly source: 'times' | 'contrast' | 'description' | null;
  readonly fatSuppressed: boolean;
  /** Without the description's own words. */
  readonly evidence: SeriesRemark;
}

type Weighting = 'T1' | 'T2' | null;

/** What times show, and the weighting that follows; a null that is decided has no role. */
interface ByTimes {
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
const STIR_MAX_INVERSION_MS = 350;

/**
 * The weighting of a series: from the median of its images' echo, repetition and inversion times and its
 * ScanningSequence; else from what the scanner calls the contrast (third value of FrameType, PS3.3 C.8.16.1.3); else
 * from its description.
 * @param headers the images of one contrast, at least one.
 */
export function mrWeighting(headers: readonly ImageHeader[]): MrWeighting {
  const fatSuppressed = isFatSuppressed(headers);
  const { weighting, decided, times } = weightingFromTimes(headers);
  const described = DESCRIBED[saysWeighting(headers[0]!)];
  if (decided) {
    const contradicted = described.weighting !== null && described.weighting !== weighting;
    const evidence = seriesRemark('contrast-by-times', { times, contradicted });
    return { weighting, source: 'times', fatSuppressed, evidence };
  }
  const named = weightingFromContrast(headers[0]!);
  if (named !== null) {
    const isOther = named.weighting === null;
    const evidence = seriesRemark('contrast-by-scanner', { times, contrast: named.contrast, isOther });
    return { weighting: named.weighting, source: 'contrast', fatSuppressed, evidence };
  }
  return {
    weighting: described.weighting,
    source: described.says === null ? null : 'description',
    fatSuppressed,
    evidence:
      described.says === null
        ? seriesRemark('contrast-not-told', { times, description: described.description })
        : seriesRemark('contrast-by-description', { times, says: described.says }),
  };
}

function weightingFromTimes(headers: readonly ImageHeader[]): ByTimes {
  const seen = {
    echoMs: median(headers.map((header) => header.echoTimeMs)),
    repetitionMs: median(headers.map((header) => header.repetitionTimeMs)),
    inversionMs: median(headers.map((header) => header.inversionTimeMs)),
    flipAngleDegrees: median(headers.map((header) => header.flipAngleDegrees)),
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

/** Enhanced MR names its acquisition contrast (PS3.3 C.8.16.1.3, as third value of FrameType). */
function weightingFromContrast(header: ImageHeader): { weighting: Weighting; contrast: string } | null {
  const contrast = header.imageType[2]?.toUpperCase() ?? '';
  if (contrast === 'T1') return { weighting: 'T1', contrast };
  if (contrast === 'T2' || contrast === 'STIR') return { weighting: 'T2', contrast };
  const other = /^(PROTON_DENSITY|FLUID_ATTENUATED|T2_STAR|DIFFUSION|FLOW_ENCODED|PERFUSION)$/.test(contrast);
  return other ? { weighting: null, contrast } : null;
}

/** Free text that may name the weighting; matched, never quoted. */
function description(header: ImageHeader): string {
  return `${header.seriesDescription} ${header.protocolName} ${header.sequenceName}`.toUpperCase();
}

type Says = Described | NotDescribed;
/** The weighting of what a description says; `says` null where it does not decide. */
const DESCRIBED: Readonly<
  Record<
    Says,
    { readonly weighting: Weighting } & (
      | { readonly says: Described }
      | { readonly says: null; readonly description: NotDescribed }
    )
  >
> = {
  t1: { weighting: 'T1', says: 't1' },
  t2: { weighting: 'T2', says: 't2' },
  flair: { weighting: null, says: 'flair' },
  other: { weighting: null, says: 'other' },
  both: { weighting: null, says: null, description: 'both' },
  neither: { weighting: null, says: null, description: 'neither' },
};

function saysWeighting(header: ImageHeader): Says {
  const text = description(header);
  // `t2_tse`, `T2W` and `T2/STIR` name T2; `T12` (a vertebra) and `T2*` (gradient echo) do not.
  const saysT1 = /(?<![A-Z0-9])T1(?![0-9])/.test(text);
  const saysT2 = /(?<![A-Z0-9])T2(?![0-9*]|[ _]?STAR)|(?<![A-Z])STIR(?![A-Z])/.test(text);
  const saysFlair = /(?<![A-Z])(FLAIR|TIRM_DARK|DARK[ _-]?FLUID)(?![A-Z])/.test(text);
  const saysOther =
    /(?<![A-Z0-9])(PDW?|PROTON[ _-]?DENSITY|T2[ _]?STAR|T2\*|MEDIC|MERGE|DWI|ADC|MYELO\w*)(?![A-Z0-9])/.test(
      text,
    );
  if (saysT1 && saysT2) return 'both';
  if (saysT1) return 't1';
  if (saysFlair) return 'flair';
  if (saysOther) return 'other';
  return saysT2 ? 't2' : 'neither';
}

function isFatSuppressed(headers: readonly ImageHeader[]): boolean {
  const first = headers[0]!;
  const inversion = median(headers.map((header) => header.inversionTimeMs));
  const shortInversion = inversion !== null && inversion > 0 && inversion < STIR_MAX_INVERSION_MS;
  if (shortInversion || dixonImage(first) === 'water') return true;
  if (first.scanOptions.some((option) => /^(FS|SFS|FATSAT|SPAIR|SPIR)/i.test(option))) return true;
  const text = description(first);
  // "T2/STIR" says one or the other.
  const saysStir = /(?<![A-Z])STIR(?![A-Z])/.test(text) && !/(?<![A-Z0-9])T2(?![0-9])/.test(text);
  return saysStir || /(?<![A-Z])(FS|FAT ?_?SAT|SPAIR|SPIR)(?![A-Z])/.test(text);
}

/** The median of the values that are there, to a tenth: limits hold what is written; null when none is. */
function median(values: readonly (number | null)[]): number | null {
  const middle = lowerMedian(values.filter((value) => value !== null));
  return middle === null ? null : round(middle);
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
