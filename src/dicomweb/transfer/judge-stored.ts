import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import { numberValue, textValue } from '../../dicom/json/dicom-json-values.ts';
import type { SopInstanceUid } from '../../domain/uid.ts';
import type { StoreResult } from '../archive.ts';
import { sequenceItems } from '../json/dicom-json-answer.ts';
import { failureInWords, isOutOfResources, warningInWords } from './store-reasons.ts';

const REFERENCED_SOP_INSTANCE_UID = '00081155';
const WARNING_REASON = '00081196';
const FAILURE_REASON = '00081197';
const FAILED_SOP_SEQUENCE = '00081198';
const REFERENCED_SOP_SEQUENCE = '00081199';
/** Failures that the archive attributes to no instance (PS3.18 10.5.3.3). */
const OTHER_FAILURES_SEQUENCE = '0008119A';

/** What became of an object, by the answer's sequences; by its status where they do not say. */
export function judgeStored(
  sopInstanceUid: SopInstanceUid,
  status: number,
  answer: DicomJson | null,
): StoreResult {
  const itemOf = (tag: string) =>
    answer === null
      ? undefined
      : sequenceItems(answer, tag).find(
          (item) => textValue(item, REFERENCED_SOP_INSTANCE_UID) === sopInstanceUid,
        );
  const failed = itemOf(FAILED_SOP_SEQUENCE);
  if (failed !== undefined) return failure(sopInstanceUid, status, numberValue(failed, FAILURE_REASON));
  const stored = itemOf(REFERENCED_SOP_SEQUENCE);
  if (stored !== undefined) {
    const code = numberValue(stored, WARNING_REASON);
    const warning = code === null ? null : warningInWords(code);
    return { sopInstanceUid, stored: true, reason: null, refused: false, warning };
  }
  const [other] = answer === null ? [] : sequenceItems(answer, OTHER_FAILURES_SEQUENCE);
  if (other !== undefined) return failure(sopInstanceUid, status, numberValue(other, FAILURE_REASON));
  const reason = answer === null ? 'no store response' : 'not named in the store response';
  // A 4xx says of the request that it was at fault; a 2xx that says nothing of the object may be anybody's mistake.
  const refused = status >= 400;
  return { sopInstanceUid, stored: false, reason: `${reason} (HTTP ${status})`, refused, warning: null };
}

function failure(sopInstanceUid: SopInstanceUid, status: number, code: number | null): StoreResult {
  const words = code === null ? 'no failure reason' : failureInWords(code);
  const refused = code === null || !isOutOfResources(code);
  return {
    sopInstanceUid,
    stored: false,
    reason: `refused: ${words} (HTTP ${status})`,
    refused,
    warning: null,
  };
}
