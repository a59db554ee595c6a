import { MIMEType } from 'node:util';
import { ArchiveError } from '../archive.ts';
import { archiveFault } from '../archive-faults.ts';
import type { ArchiveHttp, ArchiveRequest, ArchiveResponse } from '../archive-request.ts';
import { type Accepting, type ArchiveWays, acceptingOneOf, MediaTypeFault } from '../archive-ways.ts';
import { multipartBoundary, readMultipart } from './multipart-reader.ts';
import { readAtMost } from './read-at-most.ts';

/**
 * PS3.18 8.7.3.5.2: `transfer-syntax=*` asks for what is stored, so that nothing is transcoded on the way. What an
 * archive that knows no wildcard sends by default is Explicit VR Little Endian.
 */
const INSTANCE_TYPES = [
  'multipart/related; type="application/dicom"; transfer-syntax=*',
  'multipart/related; type="application/dicom"',
  '*/*',
];
/** Bad request, not acceptable, unsupported media type, not implemented: the request was not liked, not its object. */
const TYPE_REFUSED = new Set([400, 406, 415, 501]);

/** Asks for instances as they are stored; in the archive's default syntax where it will not send them so. */
export function acceptingInstances(ways: ArchiveWays): Accepting {
  const refused = (error: ArchiveError) => {
    // Some archives fail to send objects of some syntaxes as they are stored, and send others well.
    if (error.status === 500 || error instanceof MediaTypeFault) return 'this-time';
    return TYPE_REFUSED.has(error.status ?? 0) ? 'lasting' : 'no';
  };
  return acceptingOneOf(INSTANCE_TYPES, refused, () => ways.found('stored-syntax-refused'));
}

export interface RetrieveRequest
  extends Pick<ArchiveRequest, 'path' | 'statuses' | 'listed' | 'signal' | 'onBytes'> {
  readonly call: 'retrieve series' | 'retrieve instance';
  readonly maxInstanceBytes: number;
}

/**
 * WADO-RS (PS3.18 10.4): the Part 10 bytes of each instance as they arrive, in the syntax the archive holds; in its
 * default one from an archive that will not send what it holds. A 404 that is among the statuses yields no instance.
 * Leaving the loop aborts the request.
 * @throws ArchiveError, retryable for anything that a cut connection can cause; never ends early in silence.
 */
export async function* retrieveInstances(
  http: ArchiveHttp,
  accepting: Accepting,
  asked: RetrieveRequest,
): AsyncGenerator<Uint8Array, void, undefined> {
  const response = await accepting((accept) => open(http, asked, accept));
  const { body } = response;
  try {
    if (response.statusCode === 200) yield* instancesOf(asked, response);
    else await body.dump();
  } catch (error) {
    throw archiveFault(asked, error);
  } finally {
    body.destroy();
  }
}

/** @throws MediaTypeFault where what comes is neither an instance nor several. */
async function open(http: ArchiveHttp, asked: RetrieveRequest, accept: string): Promise<ArchiveResponse> {
  const response = await http.stream({ ...asked, accept });
  // Destroying an unread body makes it emit an error of our own making.
  response.body.on('error', () => undefined);
  const contentType = String(response.headers['content-type'] ?? '');
  if (response.statusCode !== 200 || multipartBoundary(contentType) !== null || isDicom(contentType)) {
    return response;
  }
  response.body.destroy();
  throw new MediaTypeFault(`${asked.call}: the answer is not application/dicom`, { retryable: false });
}

async function* instancesOf(
  asked: RetrieveRequest,
  { headers, body }: ArchiveResponse,
): AsyncGenerator<Uint8Array, void, undefined> {
  const contentType = String(headers['content-type'] ?? '');
  const boundary = multipartBoundary(contentType);
  if (boundary !== null) {
    for await (const part of readMultipart(body, {
      boundary,
      maxPartBytes: asked.maxInstanceBytes,
      call: asked.call,
      ...(asked.onBytes === undefined ? {} : { onBytes: asked.onBytes }),
      isFramed: headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined,
    })) {
      if (part.contentType !== null && !isDicom(part.contentType)) {
        throw new ArchiveError(`${asked.call}: a part is not application/dicom`, { retryable: false });
      }
      yield part.bytes;
    }
    return;
  }
  // Without either, the end of the connection is the end of the body (RFC 9112 6.3) and a cut could not be told.
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
    throw new ArchiveError(`${asked.call}: a single-part answer without length or chunks cannot be trusted`, {
      retryable: false,
    });
  }
  const { call, maxInstanceBytes, onBytes } = asked;
  const tooLarge = `${call}: an instance exceeds ${maxInstanceBytes} bytes`;
  yield await readAtMost(body, maxInstanceBytes, tooLarge, onBytes);
}

function isDicom(contentType: string): boolean {
  try {
    return new MIMEType(contentType).essence === 'application/dicom';
  } catch {
    return false;
  }
}
