import type { DicomJson } from './dicom-json.ts';

/** The attribute's values that are not empty, as trimmed text; persons by their alphabetic name (PS3.18 F.2.2). */
export function textValues(json: DicomJson, tag: string): readonly string[] {
  return (json[tag]?.Value ?? []).map(asText).filter((text) => text !== '');
}

/** The first value as trimmed text, null when there is none. */
export function textValue(json: DicomJson, tag: string): string | null {
  return textValues(json, tag)[0] ?? null;
}

/** The attribute's values as numbers (DS and IS may come as text); null when absent or any is not a finite number. */
export function numberValues(json: DicomJson, tag: string): readonly number[] | null {
  const texts = textValues(json, tag);
  const numbers = texts.map(Number);
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
  return (
    (element.Value?.length ?? 0) > 0 ||
    element.InlineBinary !== undefined ||
    element.BulkDataURI !== undefined
  );
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number') return String(value);
  if (typeof value === 'object' && value !== null && 'Alphabetic' in value) {
    return typeof value.Alphabetic === 'string' ? value.Alphabetic.trim() : '';
  }
  return '';
}
