import { MIMEType } from 'node:util';
import { ArchiveError } from './archive.ts';
import { type ArchiveHttp, type ArchiveRequest, type ArchiveResponse, archiveFault } from './archive-http.ts';
import { multipartBoundary, readMultipart } from './multipart-reader.ts';

/** PS3.18 8.7.3.5.2: `transfer-syntax=*` asks for what is stored, so that nothing is transcoded on the way. */
const ACCEPT_AS_STORED = 'multipart/related; type="application/dicom"; transfer-syntax=*';
/** What an archive that knows no wildcard sends by default: Explicit VR Little Endian (8.7.3.5.2). */
const ACCEPT_DEFAULT = 'multipart/related; type="application/dicom"';
/** Bad request, not acceptable, unsupported media type, not implemented: the request was not liked, not its object. */
const ACCEPT_REFUSED = new Set([400, 406, 415, 501]);

export interface RetrieveRequest {
  readonly call: 'retrieve series' | 'retrieve instance';
  readonly path: string;
  /** A 404 yields no instance instead of an error. */
  readonly mayBeAbsent: boolean;
  readonly maxInstanceBytes: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * WADO-RS (PS3.18 10.4): the Part 10 bytes of each instance as they arrive, in the syntax the archive holds; in its
 * default one from an archive that will not send what it holds. Leaving the loop aborts the request.
 * @throws ArchiveError, retryable for anything that a cut connection can cause; never ends early in silence.
 */
export async function* retrieveInstances(
  http: ArchiveHttp,
  asked: RetrieveRequest,
): AsyncGenerator<Uint8Array, void, undefined> {
  const request: ArchiveRequest = {
    call: asked.call,
    path: asked.path,
    accept: ACCEPT_AS_STORED,
    statuses: asked.mayBeAbsent ? [200, 404] : [200],
    signal: asked.signal,
  };
  const response = await http.stream(request).catch((refused: unknown) => {
    const otherwise = refused instanceof ArchiveError && ACCEPT_REFUSED.has(refused.status ?? 0);
    if (!otherwise) throw refused;
    return http.stream({ ...request, accept: ACCEPT_DEFAULT });
  });
  const { body } = response;
  // Destroying an unread body makes it emit an error of our own making.
  body.on('error', () => undefined);
  try {
    if (response.statusCode === 404) await body.dump();
    else yield* instancesOf(asked, response);
  } catch (error) {
    throw archiveFault(request, error);
  } finally {
    body.destroy();
  }
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
      isFramed: headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined,
    })) {
      if (part.contentType !== null && !isDicom(part.contentType)) throw unexpectedType(asked, 'a part');
      yield part.bytes;
    }
    return;
  }
  if (!isDicom(contentType)) throw unexpectedType(asked, 'the answer');
  // Without either, the end of the connection is the end of the body (RFC 9112 6.3) and a cut could not be told.
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
    throw new ArchiveError(`${asked.call}: a single-part answer without length or chunks cannot be trusted`, {
      retryable: false,
    });
  }
  yield await readAtMost(asked, body);
}

async function readAtMost(asked: RetrieveRequest, body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > asked.maxInstanceBytes) {
      throw new ArchiveError(`${asked.call}: an instance exceeds ${asked.maxInstanceBytes} bytes`, {
        retryable: false,
      });
    }
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function isDicom(contentType: string): boolean {
  try {
    return new MIMEType(contentType).essence === 'application/dicom';
  } catch {
    return false;
  }
}

function unexpectedType(asked: RetrieveRequest, what: string): ArchiveError {
  return new ArchiveError(`${asked.call}: ${what} is not application/dicom`, { retryable: false });
}
