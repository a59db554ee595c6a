import type { DicomJson } from './dicom-json.ts';

/** More values, or longer ones, than any attribute has that is read here: what one attribute can cost is bounded. */
const [MAX_VALUES, MAX_CHARACTERS] = [64, 4096];
/** VRs a backslash is a character of (PS3.5 6.2). */
const SINGLE_VALUED = new Set(['LT', 'ST', 'UT', 'UR']);
/** DS and IS (PS3.5 6.2); JavaScript's Number also takes hexadecimal and the like. */
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * The attribute's values that are not empty, as text without padding; persons by their alphabetic name (PS3.18 F.2.2).
 * Of more than 64 values the first 64.
 */
export function textValues(json: DicomJson, tag: string): readonly string[] {
  return allTexts(json, tag).filter((text) => text !== '');
}

/** The first value as trimmed text, null when there is none. */
export function textValue(json: DicomJson, tag: string): string | null {
  return textValues(json, tag)[0] ?? null;
}

/**
 * The attribute's values as numbers (DS and IS may come as text); null when absent, or any is not a finite number or
 * is missing between others.
 */
export function numberValues(json: DicomJson, tag: string): readonly number[] | null {
  const texts = allTexts(json, tag);
  const count = texts.findLastIndex((text) => text !== '') + 1;
  const numbers = texts.slice(0, count).map((text) => (DECIMAL.test(text) ? Number(text) : Number.NaN));
  return numbers.length > 0 && numbers.every(Number.isFinite) ? numbers : null;
}

/** The first value as a number, null when there is none or it is not a finite number. */
export function numberValue(json: DicomJson, tag: string): number | null {
  return numberValues(json, tag)?.[0] ?? null;
}

/** Whether the attribute is there with a value that is not empty, whatever its VR. */
export function hasValue(json: DicomJson, tag: string): boolean {
  const element = json[tag];
  if (element === undefined) return false;
  const isFilled = (value: unknown) => (typeof value === 'object' ? value !== null : asText(value) !== '');
  return (
    (element.Value ?? []).some(isFilled) ||
    element.InlineBinary !== undefined ||
    element.BulkDataURI !== undefined
  );
}

/** Empty ones too, in their places. An archive may leave it to its reader to split the values. */
function allTexts(json: DicomJson, tag: string): readonly string[] {
  const element = json[tag];
  if (element?.Value === undefined) return [];
  const values = element.Value.slice(0, MAX_VALUES);
  if (SINGLE_VALUED.has(element.vr)) return values.map(asText);
  const isOne = (value: unknown) => typeof value !== 'string' || !value.includes('\\');
  if (values.every(isOne)) return values.map(asText);
  const split = values.flatMap((value) =>
    typeof value === 'string' ? value.slice(0, MAX_VALUES * MAX_CHARACTERS).split('\\', MAX_VALUES) : [value],
  );
  return split.slice(0, MAX_VALUES).map(asText);
}

function asText(value: unknown): string {
  if (typeof value === 'string') return withoutPadding(value.slice(0, MAX_CHARACTERS));
  if (typeof value === 'number') return String(value);
  if (typeof value === 'object' && value !== null && 'Alphabetic' in value) return asText(value.Alphabetic);
  return '';
}

/** Blanks, control characters and NUL at either end are padding (PS3.5 6.2). */
function withoutPadding(text: string): string {
  const isPadding = (at: number) => text.charCodeAt(at) <= 0x20 || text.charCodeAt(at) === 0xa0;
  let [start, end] = [0, text.length];
  while (start < end && isPadding(start)) start++;
  while (end > start && isPadding(end - 1)) end--;
  return text.slice(start, end);
}
