import { Fault } from './fault.ts';
import { inWords, type Reason } from './remark.ts';

/** What was read of the study shows that it cannot be analysed: a fault of the study itself, not of a system. */
export class UnusableStudyError extends Fault<Reason['code']> {
  override readonly name: string = 'UnusableStudyError';
  readonly reason: Reason;
  constructor(reason: Reason, cause?: unknown) {
    super(reason.code, inWords(reason), { cause });
    this.reason = reason;
  }
}

/** The reason when a fault is the study's own: an image that cannot be read, a limit exceeded; null for any other. */
export function reasonOf(cause: unknown): Reason | null {
  return cause instanceof UnusableStudyError ? cause.reason : null;
}
