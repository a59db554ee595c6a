import type { DicomJson } from '../imaging/dicom-json.ts';
import { ArchiveError } from './archive.ts';
import type { ArchiveCall } from './archive-http.ts';

/**
 * Parses an answer that must be an array of data sets (PS3.18 F.2); an empty answer is an empty array.
 * @throws ArchiveError (retryable: the body may have been cut) without any byte of the answer.
 */
export function parseDataSets(call: ArchiveCall, text: string): readonly DicomJson[] {
  if (text.trim() === '') return [];
  const parsed = parseJson(text);
  if (!Array.isArray(parsed) || !parsed.every(isDataSet)) {
    throw new ArchiveError(`${call}: the answer is not an array of DICOM JSON data sets`, {
      retryable: true,
    });
  }
  return parsed;
}

/** Parses an answer that is one data set, bare or as the only element of an array; null when it is anything else. */
export function parseDataSet(text: string): DicomJson | null {
  const parsed = parseJson(text);
  const candidate = Array.isArray(parsed) && parsed.length === 1 ? parsed[0] : parsed;
  return isDataSet(candidate) ? candidate : null;
}

/** The items of a sequence; empty when absent. */
export function sequenceItems(dataSet: DicomJson, tag: string): readonly DicomJson[] {
  return (dataSet[tag]?.Value ?? []).filter(isDataSet);
}

/** JSON.parse's own errors quote the text, which is patient data. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isDataSet(value: unknown): value is DicomJson {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every(
    (element) =>
      typeof element === 'object' &&
      element !== null &&
      typeof element.vr === 'string' &&
      (element.Value === undefined || Array.isArray(element.Value)),
  );
}
