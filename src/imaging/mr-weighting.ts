import type { ImageHeader } from './image-header.ts';

export interface MrWeighting {
  /** Null when it is neither, or cannot be told. */
  readonly weighting: 'T1' | 'T2' | null;
  readonly fatSuppressed: boolean;
  /** True when only the description tells. */
  readonly fromDescription: boolean;
  /** In words, without the description's own. */
  readonly evidence: string;
}

type Verdict = Pick<MrWeighting, 'weighting' | 'evidence'>;

/** Spin echo: T1 with both times short, T2 with both long (ms). Between them the contrast is mixed. */
const T1_MAX_ECHO_MS = 30;
const T1_MAX_REPETITION_MS = 1200;
const T2_MIN_ECHO_MS = 60;
const T2_MIN_REPETITION_MS = 1200;
const PROTON_DENSITY_MIN_REPETITION_MS = 2000;
/** Fat is nulled at about 150 ms (1.5 T) to 220 ms (3 T), white matter in T1 FLAIR at 700 ms and more. */
const STIR_MAX_INVERSION_MS = 350;

/**
 * The weighting of a series from the median of its images' echo, repetition and inversion times and its
 * ScanningSequence; from its description where those are missing or lie between.
 * @param headers the images of one series, at least one.
 */
export function mrWeighting(headers: readonly ImageHeader[]): MrWeighting {
  const physics = weightingFromPhysics(headers);
  const described = weightingFromDescription(headers);
  const fatSuppressed = isFatSuppressed(headers);
  if (physics.weighting !== null || physics.decided) {
    const contradicts = described.weighting !== null && described.weighting !== physics.weighting;
    const evidence = contradicts
      ? `${physics.evidence}, although the description says otherwise`
      : physics.evidence;
    return { weighting: physics.weighting, fatSuppressed, fromDescription: false, evidence };
  }
  return {
    weighting: described.weighting,
    fatSuppressed,
    fromDescription: true,
    evidence: `${physics.evidence}; ${described.evidence}`,
  };
}

function weightingFromPhysics(headers: readonly ImageHeader[]): Verdict & { readonly decided: boolean } {
  const echo = median(headers.map((header) => header.echoTimeMs));
  const repetition = median(headers.map((header) => header.repetitionTimeMs));
  const inversion = median(headers.map((header) => header.inversionTimeMs));
  const sequence = headers[0]!.scanningSequence;
  const decided = (weighting: MrWeighting['weighting'], words: string) =>
    ({ weighting, evidence: words, decided: true }) as const;
  const times = [
    echo === null ? 'no echo time' : `TE ${round(echo)} ms`,
    repetition === null ? 'no repetition time' : `TR ${round(repetition)} ms`,
    ...(inversion === null ? [] : [`TI ${round(inversion)} ms`]),
  ].join(', ');
  if (sequence.includes('GR'))
    return decided(null, 'gradient echo: neither T1 nor T2 as spin echo shows them');
  if (sequence.includes('EP')) return decided(null, 'echo planar imaging');
  if (echo === null) return { weighting: null, evidence: times, decided: false };
  if (sequence.includes('IR') || (inversion !== null && inversion > 0)) {
    return decided(...inversionRecovery(echo, inversion, times));
  }
  if (echo >= T2_MIN_ECHO_MS && (repetition === null || repetition >= T2_MIN_REPETITION_MS)) {
    return decided('T2', `${times}: T2-weighted`);
  }
  if (repetition !== null && echo < T1_MAX_ECHO_MS) {
    if (repetition < T1_MAX_REPETITION_MS) return decided('T1', `${times}: T1-weighted`);
    if (repetition >= PROTON_DENSITY_MIN_REPETITION_MS)
      return decided(null, `${times}: proton density-weighted`);
  }
  return { weighting: null, evidence: `${times}: neither clearly T1 nor clearly T2`, decided: false };
}

function inversionRecovery(
  echo: number,
  inversion: number | null,
  times: string,
): [MrWeighting['weighting'], string] {
  const nullsFat =
    inversion === null || inversion === 0 ? echo >= T1_MAX_ECHO_MS : inversion < STIR_MAX_INVERSION_MS;
  if (nullsFat) return ['T2', `inversion recovery, ${times}: STIR, counted as T2`];
  if (echo < T1_MAX_ECHO_MS) return ['T1', `inversion recovery, ${times}: T1 FLAIR`];
  return [null, `inversion recovery, ${times}: fluid-suppressed, neither T1 nor T2`];
}

/** Free text that may name the weighting; matched, never quoted. */
function description(header: ImageHeader): string {
  return `${header.seriesDescription} ${header.protocolName}`.toUpperCase();
}

function weightingFromDescription(headers: readonly ImageHeader[]): Verdict {
  const text = description(headers[0]!);
  // `t2_tse`, `T2W` and `T2/STIR` name T2; `T12` (a vertebra) and `T2*` (gradient echo) do not.
  const saysT1 = /(?<![A-Z0-9])T1(?![0-9])/.test(text);
  const saysT2 = /(?<![A-Z0-9])T2(?![0-9*]|[ _]?STAR)|(?<![A-Z])STIR(?![A-Z])/.test(text);
  if (saysT1 && saysT2) return { weighting: null, evidence: 'the description names both T1 and T2' };
  if (saysT1) return { weighting: 'T1', evidence: 'the description says T1' };
  if (saysT2) return { weighting: 'T2', evidence: 'the description says T2 or STIR' };
  return { weighting: null, evidence: 'the description names neither T1 nor T2' };
}

function isFatSuppressed(headers: readonly ImageHeader[]): boolean {
  const first = headers[0]!;
  const inversion = median(headers.map((header) => header.inversionTimeMs));
  const shortInversion = inversion !== null && inversion > 0 && inversion < STIR_MAX_INVERSION_MS;
  if (shortInversion || first.scanOptions.some((option) => /^(FS|SFS|FATSAT|SPAIR|SPIR)/i.test(option)))
    return true;
  const text = description(first);
  // "T2/STIR" says one or the other.
  const saysStir = /(?<![A-Z])STIR(?![A-Z])/.test(text) && !/(?<![A-Z0-9])T2(?![0-9])/.test(text);
  return saysStir || /(?<![A-Z])(FS|FAT ?_?SAT|SPAIR|SPIR)(?![A-Z])/.test(text);
}

/** The median of the values that are there; null when none is. */
function median(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  return known[Math.floor((known.length - 1) / 2)] ?? null;
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
