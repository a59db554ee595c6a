import { randomUUID } from 'node:crypto';
import type { SopInstanceUid, StudyInstanceUid } from '../domain/uid.ts';
import type { DicomJson } from '../imaging/dicom-json.ts';
import { numberValue, textValue } from '../imaging/dicom-json-values.ts';
import type { StoreResult } from './archive.ts';
import type { ArchiveHttp } from './archive-http.ts';
import { parseDataSet, sequenceItems } from './dicom-json-answer.ts';

const REFERENCED_SOP_INSTANCE_UID = '00081155';
const WARNING_REASON = '00081196';
const FAILURE_REASON = '00081197';
const FAILED_SOP_SEQUENCE = '00081198';
const REFERENCED_SOP_SEQUENCE = '00081199';
/** Failures that the archive attributes to no instance (PS3.18 10.5.3.3). */
const OTHER_FAILURES_SEQUENCE = '0008119A';

export interface ObjectToStore {
  readonly sopInstanceUid: SopInstanceUid;
  readonly bytes: Uint8Array;
}

/**
 * STOW-RS (PS3.18 10.5). 202 and 409 carry results per instance, and Orthanc says 400 while storing the good ones:
 * these three are judged like 200, by the answer's sequences alone.
 * @throws ArchiveError for any other status and for faults of the connection; then nothing is known of any object.
 */
export async function storeObjects(
  http: ArchiveHttp,
  study: StudyInstanceUid,
  objects: readonly ObjectToStore[],
  signal: AbortSignal | undefined,
): Promise<readonly StoreResult[]> {
  if (objects.length === 0) return [];
  const boundary = randomUUID();
  const { status, text } = await http.ask({
    call: 'store',
    path: `/studies/${study}`,
    accept: 'application/dicom+json',
    statuses: [200, 202, 400, 409],
    signal,
    post: {
      contentType: `multipart/related; type="application/dicom"; boundary="${boundary}"`,
      body: multipartBody(boundary, objects),
    },
  });
  const answer = parseDataSet(text);
  return objects.map(({ sopInstanceUid }) => judge(sopInstanceUid, status, answer));
}

function judge(sopInstanceUid: SopInstanceUid, status: number, answer: DicomJson | null): StoreResult {
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
  const refused = code === null || code >> 8 !== OUT_OF_RESOURCES;
  return {
    sopInstanceUid,
    stored: false,
    reason: `refused: ${words} (HTTP ${status})`,
    refused,
    warning: null,
  };
}

/** WarningReason values of PS3.18 table I.2-2. */
function warningInWords(code: number): string {
  const hex = hexadecimal(code);
  if (code === 0xb000) return `${hex} coercion of data elements`;
  if (code === 0xb006) return `${hex} elements discarded`;
  if (code === 0xb007) return `${hex} data set does not match SOP Class`;
  return hex;
}

function hexadecimal(code: number): string {
  return `${code.toString(16).toUpperCase().padStart(4, '0')}H`;
}

/** Leading digits of A7xxH. */
const OUT_OF_RESOURCES = 0xa7;

/** FailureReason values of PS3.18 table I.2-2 and PS3.4 table B.2-1; ranges by their leading digits. */
function failureInWords(code: number): string {
  const hex = hexadecimal(code);
  if (code === 0x0110) return `${hex} processing failure`;
  if (code === 0x0111) return `${hex} duplicate SOP Instance`;
  if (code === 0x0122) return `${hex} SOP Class not supported`;
  if (code === 0x0124) return `${hex} not authorized`;
  if (code === 0x0117) return `${hex} invalid SOP Instance UID`;
  if (code === 0xc122) return `${hex} transfer syntax not supported`;
  if (code >> 8 === OUT_OF_RESOURCES) return `${hex} out of resources`;
  if (code >> 8 === 0xa9) return `${hex} data set does not match SOP Class`;
  if (code >> 12 === 0xc) return `${hex} cannot understand`;
  return hex;
}

function multipartBody(boundary: string, objects: readonly ObjectToStore[]): Uint8Array {
  const parts = objects.flatMap(({ bytes }) => [
    Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
}
