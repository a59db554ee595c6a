import { ImagingError } from '../dicom/imaging-error.ts';
import { Fault } from '../domain/fault.ts';
import { inWords, type Reason, remark } from '../domain/remark.ts';
import { StudyLimitError } from '../domain/study-limits.ts';

/** What was read of the study shows that it cannot be analysed. */
export class UnusableStudyError extends Fault<Reason['code']> {
  override readonly name = 'UnusableStudyError';
  readonly reason: Reason;
  constructor(reason: Reason) {
    super(reason.code, inWords(reason));
    this.reason = reason;
  }
}

/** The reason when a fault is the study's own: an image that cannot be read, a limit exceeded; null for any other. */
export function reasonOf(cause: unknown): Reason | null {
  if (cause instanceof UnusableStudyError) return cause.reason;
  if (cause instanceof ImagingError) return remark('image-unreadable', { words: cause.message });
  if (cause instanceof StudyLimitError) return remark('beyond-limit', cause.limit);
  return null;
}
