import { randomUUID } from 'node:crypto';
import type { SopInstanceUid, StudyInstanceUid } from '../../domain/uid.ts';
import { ArchiveError, type StoreResult } from '../archive.ts';
import type { ArchiveAnswer, ArchiveHttp, ArchiveRequest } from '../archive-request.ts';
import type { Accepting, ArchiveWays } from '../archive-ways.ts';
import { parseDataSet } from '../json/dicom-json-answer.ts';
import { judgeStored } from './judge-stored.ts';

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
  return objects.map(({ sopInstanceUid }) => judgeStored(sopInstanceUid, status, answer));
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

function multipartBody(boundary: string, objects: readonly ObjectToStore[]): Uint8Array {
  const parts = objects.flatMap(({ bytes }) => [
    Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
}
