import { randomUUID } from 'node:crypto';
import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import { numberValue, textValue } from '../../dicom/json/dicom-json-values.ts';
import type { SopInstanceUid, StudyInstanceUid } from '../../domain/uid.ts';
import { ArchiveError, type StoreResult } from '../archive.ts';
import type { ArchiveAnswer, ArchiveHttp, ArchiveRequest } from '../archive-http.ts';
import type { Accepting, ArchiveWays } from '../archive-ways.ts';
import { parseDataSet, sequenceItems } from '../query/dicom-json-answer.ts';

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
 * Statuses with results per instance: 202 and 409 by PS3.18 10.5.3.1; Orthanc says 400 while storing the good ones,
 * others say 201, or 204 and nothing more. They are judged like 200, by the answer's sequences alone.
 */
const STATUSES = [200, 201, 202, 204, 400, 409];
/** Not found, method not allowed, not implemented: of an archive that takes objects at /studies alone. */
const NO_SUCH_PLACE = new Set([404, 405, 501]);

/** What storing needs of an archive and of what is known of its ways. */
export interface StoreWays {
  readonly http: ArchiveHttp;
  readonly accepting: Accepting;
  readonly ways: ArchiveWays;
}

/**
 * STOW-RS (PS3.18 10.5). What an answer does not tell is for the caller to read back.
 * @throws ArchiveError for any other status and for faults of the connection; then nothing is known of any object.
 */
export async function storeObjects(
  archive: StoreWays,
  study: StudyInstanceUid,
  objects: readonly ObjectToStore[],
  signal: AbortSignal | undefined,
): Promise<readonly StoreResult[]> {
  if (objects.length === 0) return [];
  const boundary = randomUUID();
  const { status, text } = await post(archive, study, {
    call: 'store',
    statuses: STATUSES,
    signal,
    post: {
      contentType: `multipart/related; type="application/dicom"; boundary="${boundary}"`,
      body: multipartBody(boundary, objects),
    },
  });
  const answer = parseDataSet(text);
  if (answer === null && status < 400) archive.ways.found('store-tells-nothing');
  return objects.map(({ sopInstanceUid }) => judge(sopInstanceUid, status, answer));
}

/** To the study's own address, so that an archive can refuse what belongs to another; to /studies where it must be. */
async function post(
  { http, accepting, ways }: StoreWays,
  study: StudyInstanceUid,
  request: Omit<ArchiveRequest, 'path' | 'accept'>,
): Promise<ArchiveAnswer> {
  const to = (path: string) => accepting((accept) => http.ask({ ...request, path, accept }));
  if (ways.has('store-without-study')) return to('/studies');
  try {
    return await to(`/studies/${study}`);
  } catch (refused) {
    if (!(refused instanceof ArchiveError && NO_SUCH_PLACE.has(refused.status ?? 0))) throw refused;
    const answer = await to('/studies').catch((other: unknown) => {
      throw other instanceof ArchiveError && !other.retryable ? refused : other;
    });
    if (answer.status < 400) ways.found('store-without-study');
    return answer;
  }
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
