import type { BeyondLimit } from './beyond-limit.ts';
import { remark } from './remark.ts';
import { UnusableStudyError } from './unusable-study.ts';

/** How large a study may be. Beyond any of these it is ineligible, with that reason. */
export interface StudyLimits {
  /** MR images of the study, each frame of a multi-frame image counted. */
  readonly maxImages: number;
  /** Bytes retrieved of the study. */
  readonly maxBytes: number;
  /** For its metadata, and again for the transfer of its images. (Each frame's decoding has a limit of its own.) */
  readonly maxReadingMs: number;
  /** Rows × columns of one image; larger ones are left aside. */
  readonly maxFramePixels: number;
  /** What the chosen images take in memory, stored and decoded. */
  readonly maxMemoryBytes: number;
}

const MIB = 1024 ** 2;

/** Ten times what the largest lumbar studies need. */
export const DEFAULT_STUDY_LIMITS: StudyLimits = {
  maxImages: 20_000,
  maxBytes: 4096 * MIB,
  maxReadingMs: 600_000,
  maxFramePixels: 4096 * 4096,
  maxMemoryBytes: 2048 * MIB,
};

/** Two bytes stored and four decoded. */
export const BYTES_PER_PIXEL = 6;

/** The study goes beyond a limit of the configuration: for that it is ineligible. */
export class StudyLimitError extends UnusableStudyError {
  override readonly name = 'StudyLimitError';
  readonly limit: BeyondLimit;
  constructor(limit: BeyondLimit, cause?: unknown) {
    super(remark('beyond-limit', limit), cause);
    this.limit = limit;
  }
}

/**
 * Runs a reading of a study with a signal that also aborts when its time is over.
 * @throws StudyLimitError when it is; else what `run` throws.
 */
export async function withinTime<T>(
  limitMs: number,
  signal: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timeout = AbortSignal.timeout(limitMs);
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  try {
    return await run(either);
  } catch (cause) {
    if (!timeout.aborted || signal?.aborted) throw cause;
    throw new StudyLimitError({ of: 'reading-time', limitMs }, cause);
  }
}
