import { remark } from '../domain/remark.ts';
import { UnusableStudyError } from '../domain/unusable-study.ts';

/**
 * An image that cannot be used, and why. The message names the SOP Instance UID and the attribute, never an
 * attribute's free text. No retry helps: the object itself is at fault.
 */
export class ImagingError extends UnusableStudyError {
  override readonly name = 'ImagingError';
  /** What is wrong, without the place. */
  readonly problem: string;
  /** Null when the object is too broken to tell. */
  readonly sopInstanceUid: string | null;
  /** Such as `(0028,0010)`; null when no one attribute is at fault. */
  readonly tag: string | null;

  constructor(
    problem: string,
    at: {
      readonly sopInstanceUid?: string | null;
      /** What to call an object without a UID to name it by: "object 3 of series 1.2.3". */
      readonly object?: string;
      readonly tag?: string | null;
      readonly cause?: unknown;
    } = {},
  ) {
    const sopInstanceUid = at.sopInstanceUid ?? null;
    const tag = at.tag ?? null;
    const where = sopInstanceUid === null ? (at.object ?? 'DICOM object') : `SOP instance ${sopInstanceUid}`;
    const words = `${where}: ${problem}${tag === null ? '' : ` ${tag}`}`;
    super(remark('image-unreadable', { words }), at.cause);
    this.problem = problem;
    this.sopInstanceUid = sopInstanceUid;
    this.tag = tag;
  }
}
