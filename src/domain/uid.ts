declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type StudyInstanceUid = Branded<'StudyInstanceUid'>;
export type SeriesInstanceUid = Branded<'SeriesInstanceUid'>;
export type SopInstanceUid = Branded<'SopInstanceUid'>;
export type AnyUid = StudyInstanceUid | SeriesInstanceUid | SopInstanceUid;

/**
 * Components of digits, joined by dots. PS3.5 9.1 forbids leading zeros in a component; devices write them all the
 * same, and an object is only found under the UID it has.
 */
const UID_PATTERN = /^\d+(?:\.\d+)*$/;
const MAX_CHARACTERS = 64;
/** What UIDs are padded with: a NUL (PS3.5 9.4), or blanks as other text is. */
const PADDING = new Set(['\0', ' ', '\t', '\r', '\n']);

/** Whether the text can be asked for as it is: safe in a URL, and as long as a UID may be. */
export function isUid(text: string): boolean {
  return text.length <= MAX_CHARACTERS && UID_PATTERN.test(text);
}

/**
 * Brands a UID.
 * @throws TypeError naming `what` when the text is not a UID; the text itself is not repeated.
 */
export function uid<T extends AnyUid>(text: string, what: string): T {
  if (!isUid(text)) throw new TypeError(`${what} is not a valid DICOM UID (PS3.5 chapter 9)`);
  return text as T;
}

/** The UID in a text that may be padded; null when what is left is none. */
export function unpaddedUid<T extends AnyUid>(text: string): T | null {
  let [start, end] = [0, text.length];
  while (start < end && PADDING.has(text[start]!)) start += 1;
  while (end > start && PADDING.has(text[end - 1]!)) end -= 1;
  const bare = text.slice(start, end);
  return isUid(bare) ? (bare as T) : null;
}
