import type { ImageHeader } from '../../dicom/image/image-header.ts';
import { lowerMedian } from '../../domain/quantile.ts';
import { dixonImage } from './image-fitness.ts';

export interface MrWeighting {
  /** Null when it is neither, or cannot be told. */
  readonly weighting: 'T1' | 'T2' | null;
  /** What told it; null when nothing in the headers does, so that only the pixels can. */
  readonly source: 'times' | 'contrast' | 'description' | null;
  readonly fatSuppressed: boolean;
  /** In words, without the description's own. */
  readonly evidence: string;
}

/** What one source says: decided, with a weighting or with none that has a role; or not decided. */
interface Verdict {
  readonly weighting: MrWeighting['weighting'];
  readonly evidence: string;
  readonly decided: boolean;
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
  const times = weightingFromTimes(headers);
  const contrast = weightingFromContrast(headers);
  const described = weightingFromDescription(headers);
  if (times.decided) {
    const contradicts = described.weighting !== null && described.weighting !== times.weighting;
    const evidence = contradicts
      ? `${times.evidence}, although the description says otherwise`
      : times.evidence;
    return { weighting: times.weighting, source: 'times', fatSuppressed, evidence };
  }
  const [source, said] = contrast.decided
    ? (['contrast', contrast] as const)
    : (['description', described] as const);
  return {
    weighting: said.weighting,
    source: said.decided ? source : null,
    fatSuppressed,
    evidence: `${times.evidence}; ${said.evidence}`,
  };
}

function weightingFromTimes(headers: readonly ImageHeader[]): Verdict {
  const echo = median(headers.map((header) => header.echoTimeMs));
  const repetition = median(headers.map((header) => header.repetitionTimeMs));
  const inversion = median(headers.map((header) => header.inversionTimeMs));
  const flipAngle = median(headers.map((header) => header.flipAngleDegrees));
  const sequence = headers[0]!.scanningSequence;
  const decided = (weighting: MrWeighting['weighting'], evidence: string): Verdict => ({
    weighting,
    evidence,
    decided: true,
  });
  const times = [
    echo === null ? 'no echo time' : `TE ${round(echo)} ms`,
    repetition === null ? 'no repetition time' : `TR ${round(repetition)} ms`,
    ...(inversion === null || inversion === 0 ? [] : [`TI ${round(inversion)} ms`]),
  ].join(', ');
  if (sequence.includes('EP')) return decided(null, 'echo planar imaging');
  if (sequence.includes('GR')) {
    const angle = flipAngle === null ? '' : ` of flip angle ${round(flipAngle)}°`;
    return decided(null, `gradient echo${angle}: neither T1 nor T2 as spin echo shows them`);
  }
  if (repetition !== null && repetition > 0 && repetition < SPIN_ECHO_MIN_REPETITION_MS) {
    return decided(null, `${times}: too short a repetition for a spin echo`);
  }
  if (echo === null) return { weighting: null, evidence: times, decided: false };
  if (sequence.includes('IR') || (inversion !== null && inversion > 0)) {
    return decided(...inversionRecovery(echo, inversion, times));
  }
  if (echo >= MYELOGRAPHY_MIN_ECHO_MS) return decided(null, `${times}: myelography, fluid alone`);
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

/** Enhanced MR names its acquisition contrast (PS3.3 C.8.16.1.3, as third value of FrameType). */
function weightingFromContrast(headers: readonly ImageHeader[]): Verdict {
  const contrast = headers[0]!.imageType[2]?.toUpperCase() ?? '';
  if (contrast === 'T1') return { weighting: 'T1', evidence: 'the scanner calls it T1', decided: true };
  if (contrast === 'T2' || contrast === 'STIR')
    return { weighting: 'T2', evidence: `the scanner calls it ${contrast}`, decided: true };
  const other = /^(PROTON_DENSITY|FLUID_ATTENUATED|T2_STAR|DIFFUSION|FLOW_ENCODED|PERFUSION)$/.test(contrast);
  return {
    weighting: null,
    evidence: other ? `the scanner calls it ${contrast}: neither T1 nor T2` : 'the scanner names no contrast',
    decided: other,
  };
}

/** Free text that may name the weighting; matched, never quoted. */
function description(header: ImageHeader): string {
  return `${header.seriesDescription} ${header.protocolName} ${header.sequenceName}`.toUpperCase();
}

function weightingFromDescription(headers: readonly ImageHeader[]): Verdict {
  const text = description(headers[0]!);
  const decided = (weighting: MrWeighting['weighting'], evidence: string): Verdict => ({
    weighting,
    evidence,
    decided: true,
  });
  // `t2_tse`, `T2W` and `T2/STIR` name T2; `T12` (a vertebra) and `T2*` (gradient echo) do not.
  const saysT1 = /(?<![A-Z0-9])T1(?![0-9])/.test(text);
  const saysT2 = /(?<![A-Z0-9])T2(?![0-9*]|[ _]?STAR)|(?<![A-Z])STIR(?![A-Z])/.test(text);
  const saysFlair = /(?<![A-Z])(FLAIR|TIRM_DARK|DARK[ _-]?FLUID)(?![A-Z])/.test(text);
  const saysOther =
    /(?<![A-Z0-9])(PDW?|PROTON[ _-]?DENSITY|T2[ _]?STAR|T2\*|MEDIC|MERGE|DWI|ADC|MYELO\w*)(?![A-Z0-9])/.test(
      text,
    );
  if (saysT1 && saysT2) {
    return { weighting: null, evidence: 'the description names both T1 and T2', decided: false };
  }
  if (saysT1) return decided('T1', 'the description says T1');
  if (saysFlair) return decided(null, 'the description says FLAIR: fluid-suppressed, neither T1 nor T2');
  if (saysOther) return decided(null, 'the description says another contrast than T1 and T2');
  if (saysT2) return decided('T2', 'the description says T2 or STIR');
  return { weighting: null, evidence: 'the description names neither T1 nor T2', decided: false };
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
