import { MIMEType } from 'node:util';
import { type ByteWindow, byteWindow } from './byte-window.ts';
import { growingBytes } from './growing-bytes.ts';
import { type Delimiter, firstDelimiter, readDelimiterHere, readToDelimiter } from './multipart-delimiter.ts';
import { partTooLarge, truncated } from './multipart-faults.ts';
import { readPartHeaders } from './part-headers.ts';
import { isWholeImage, withoutLineEndsBefore } from './part-object.ts';

export interface MultipartPart {
  /** Content-Type of the part as sent, null when it has none. */
  readonly contentType: string | null;
  /** Body of the part, alone in its ArrayBuffer. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface MultipartSettings {
  readonly boundary: string;
  readonly maxPartBytes: number;
  /** Begins the message of every error. */
  readonly call: string;
  /** Told of the bytes of every chunk before it is kept; may throw to end the transfer. */
  readonly onBytes?: (count: number) => void;
  /**
   * Whether HTTP tells the end of the body, by Content-Length or chunks: then a body that ends was not cut off, and may
   * lack its closing boundary. Default false.
   */
  readonly isFramed?: boolean;
}

/** The boundary of a multipart media type (RFC 2046 5.1.1), quoted or not; null when it is not multipart or has none. */
export function multipartBoundary(contentType: string): string | null {
  try {
    const mime = new MIMEType(contentType);
    return mime.type === 'multipart' ? mime.params.get('boundary') || null : null;
  } catch {
    return null;
  }
}

/**
 * Splits a multipart body (RFC 2046 5.1) of DICOM objects into its parts as they arrive; holds one part and one chunk
 * at a time. A part's Content-Length is believed when a delimiter line stands where it says; else, and without it, the
 * part ends at the next delimiter line. Lines may end in a bare LF throughout; a boundary may be given with the dashes
 * that belong before it. A last part without closing boundary is taken when HTTP says that the body is whole and the
 * part itself is, by its Content-Length or as a DICOM image.
 * @throws ArchiveError (retryable) when the body ends before its end; ArchiveError (not retryable) when a part or its
 *   headers are larger than allowed; whatever `onBytes` throws.
 */
export async function* readMultipart(
  source: AsyncIterable<Uint8Array>,
  settings: MultipartSettings,
): AsyncGenerator<MultipartPart, void, undefined> {
  const { boundary, call, onBytes = () => undefined, isFramed = false } = settings;
  const chunks = source[Symbol.asyncIterator]();
  try {
    // As if a line had ended before the body, so that a delimiter at its very start is found like any other.
    const window = byteWindow(chunks, onBytes, Buffer.from('\r\n', 'latin1'));
    const first = await firstDelimiter(window, boundary);
    if (first === null) throw truncated(call);
    let end: Body['end'] = first.end;
    let isFirst = true;
    // An archive that is wrong once about its lengths is not asked again.
    let isLengthBelieved = true;
    while (end === 'part') {
      const headers = await readPartHeaders(window, call);
      // A last delimiter without its closing hyphens.
      if (headers === null && isFramed && !isFirst) return;
      if (headers === null) throw truncated(call);
      isFirst = false;
      const length: number | null = isLengthBelieved ? headers.contentLength : null;
      const body = await readBody(window, first.delimiter, length, settings);
      end = body.end;
      isLengthBelieved &&= length === null || body.isOfItsLength;
      if (end === 'ended' && !(isFramed && (body.isOfItsLength || isWholeImage(body.bytes)))) {
        throw truncated(call);
      }
      yield { contentType: headers.contentType, bytes: withoutLineEndsBefore(body.bytes) };
    }
    // The epilogue (RFC 2046 5.1.1) is read so that a broken transfer shows and the connection can be reused.
    while (await window.more()) window.drop(window.bytes.length);
  } finally {
    await chunks.return?.();
  }
}

interface Body {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** 'ended': the whole body ended with it. */
  readonly end: 'part' | 'close' | 'ended';
  /** Whether it has the Content-Length promised. */
  readonly isOfItsLength: boolean;
}

async function readBody(
  window: ByteWindow,
  delimiter: Delimiter,
  contentLength: number | null,
  { maxPartBytes, call }: MultipartSettings,
): Promise<Body> {
  if (contentLength !== null) {
    if (contentLength > maxPartBytes) throw partTooLarge(call, maxPartBytes);
    const bytes = await readUpTo(window, contentLength);
    const isOfItsLength = bytes.length === contentLength;
    const end = isOfItsLength ? await readDelimiterHere(window, delimiter) : 'elsewhere';
    if (end !== 'elsewhere') return { bytes, end, isOfItsLength };
    window.unread(bytes);
  }
  const body = growingBytes();
  const end = await readToDelimiter(window, delimiter, (bytes) => {
    if (body.size + bytes.length > maxPartBytes) throw partTooLarge(call, maxPartBytes);
    body.append(bytes);
  });
  return { bytes: body.whole(), end, isOfItsLength: false };
}

/** Fewer bytes than asked for at the end of the body only. */
async function readUpTo(window: ByteWindow, count: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes: Uint8Array<ArrayBuffer> = Buffer.allocUnsafeSlow(count);
  let filled = 0;
  while (filled < count) {
    if (window.bytes.length === 0 && !(await window.more())) return bytes.slice(0, filled);
    const taken = window.bytes.subarray(0, count - filled);
    bytes.set(taken, filled);
    filled += taken.length;
    window.drop(taken.length);
  }
  return bytes;
}
