declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type StudyInstanceUid = Branded<'StudyInstanceUid'>;
export type SeriesInstanceUid = Branded<'SeriesInstanceUid'>;
export type SopInstanceUid = Branded<'SopInstanceUid'>;
export type AnyUid = StudyInstanceUid | SeriesInstanceUid | SopInstanceUid;

/** PS3.5 chapter 9: components of digits without leading zeros, joined by dots, at most 64 characters. */
const UID_PATTERN = /^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))*$/;

export function isUid(text: string): boolean {
  return text.length <= 64 && UID_PATTERN.test(text);
}

/**
 * Brands a well-formed UID (PS3.5 chapter 9).
 * @throws TypeError naming `what` when the text is not a UID; the text itself is not repeated.
 */
export function uid<T extends AnyUid>(text: string, what: string): T {
  if (!isUid(text)) throw new TypeError(`${what} is not a valid DICOM UID (PS3.5 chapter 9)`);
  return text as T;
}
