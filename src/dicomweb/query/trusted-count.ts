import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import { numberValue } from '../../dicom/json/dicom-json-values.ts';

/** What is listed has one instance at least; null for a count that cannot be. */
export function trustedCount(row: DicomJson, tag: string): number | null {
  const count = numberValue(row, tag);
  return count !== null && Number.isSafeInteger(count) && count > 0 ? count : null;
}
