import { MIMEType } from 'node:util';
import { ArchiveError } from './archive.ts';

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
}

const CRLF_CRLF = Buffer.from('\r\n\r\n', 'latin1');
const MAX_HEADER_BYTES = 16 * 1024;
const [CR, LF, SPACE, TAB, HYPHEN] = [13, 10, 32, 9, 45];

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
 * Splits a multipart body (RFC 2046 5.1) into its parts as they arrive; holds one part and one chunk at a time.
 * A part's Content-Length is believed and then verified; without it the part ends at the next delimiter line.
 * @throws ArchiveError (retryable) when the body ends before its closing boundary or a part's length is wrong;
 *   ArchiveError (not retryable) when a part or its headers are larger than allowed.
 */
export async function* readMultipart(
  source: AsyncIterable<Uint8Array>,
  { boundary, maxPartBytes, call }: MultipartSettings,
): AsyncGenerator<MultipartPart, void, undefined> {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  const chunks = source[Symbol.asyncIterator]();
  try {
    const window = byteWindow(chunks, call);
    let end = await readToDelimiter(window, delimiter, null);
    while (end === 'part') {
      const { contentType, contentLength } = await readHeaders(window);
      const body: PartBody = { chunks: [], size: 0, maxPartBytes, call };
      if (contentLength === null) {
        end = await readToDelimiter(window, delimiter, body);
        yield { contentType, bytes: joined(body) };
      } else {
        if (contentLength > maxPartBytes) throw partTooLarge(call, maxPartBytes);
        const bytes = await readExactly(window, contentLength);
        end = await readDelimiterHere(window, delimiter);
        yield { contentType, bytes };
      }
    }
    // The epilogue (RFC 2046 5.1.1) is read so that a broken transfer shows and the connection can be reused.
    while (await window.more()) window.drop(window.bytes.length);
  } finally {
    await chunks.return?.();
  }
}

/** The bytes received and not yet consumed. */
interface ByteWindow {
  readonly call: string;
  readonly bytes: Buffer;
  /** Appends the next chunk; false at the end of the body. */
  more(): Promise<boolean>;
  drop(count: number): void;
}

interface PartBody {
  readonly chunks: Buffer[];
  size: number;
  readonly maxPartBytes: number;
  readonly call: string;
}

function byteWindow(chunks: AsyncIterator<Uint8Array>, call: string): ByteWindow {
  // As if a line had ended before the body, so that a delimiter at its very start is found like any other.
  let bytes: Buffer = Buffer.from('\r\n', 'latin1');
  return {
    call,
    get bytes() {
      return bytes;
    },
    async more() {
      const next = await chunks.next();
      if (next.done) return false;
      const chunk = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
      return true;
    },
    drop(count) {
      bytes = bytes.subarray(count);
    },
  };
}

/** Consumes up to and including the next delimiter line; what precedes it goes to `body`, or nowhere. */
async function readToDelimiter(
  window: ByteWindow,
  delimiter: Buffer,
  body: PartBody | null,
): Promise<'part' | 'close'> {
  const consume = (count: number) => {
    if (body !== null && count > 0) append(body, window.bytes.subarray(0, count));
    window.drop(count);
  };
  for (;;) {
    const at = window.bytes.indexOf(delimiter);
    if (at < 0) {
      consume(Math.max(0, window.bytes.length - (delimiter.length - 1)));
      if (!(await window.more())) throw truncated(window.call);
      continue;
    }
    consume(at);
    const kind = await delimiterKind(window, delimiter.length);
    if (kind !== 'data') return kind;
    consume(delimiter.length);
  }
}

/** What the line that starts with the delimiter is; consumes it (but for the CRLF that ends it) unless it is data. */
async function delimiterKind(window: ByteWindow, length: number): Promise<'part' | 'close' | 'data'> {
  for (let at = length; ; at += 1) {
    while (at + 1 >= window.bytes.length) if (!(await window.more())) throw truncated(window.call);
    const [first, second] = [window.bytes[at], window.bytes[at + 1]];
    if (at === length && first === HYPHEN && second === HYPHEN) {
      window.drop(at + 2);
      return 'close';
    }
    if (first === CR && second === LF) {
      window.drop(at);
      return 'part';
    }
    const padding = first === SPACE || first === TAB;
    if (!padding || at - length > MAX_HEADER_BYTES) return 'data';
  }
}

async function readDelimiterHere(window: ByteWindow, delimiter: Buffer): Promise<'part' | 'close'> {
  while (window.bytes.length < delimiter.length) if (!(await window.more())) throw truncated(window.call);
  const here = window.bytes.subarray(0, delimiter.length).equals(delimiter);
  const kind = here ? await delimiterKind(window, delimiter.length) : 'data';
  if (kind === 'data') {
    throw new ArchiveError(`${window.call}: a part is longer than its Content-Length`, {
      retryable: true,
    });
  }
  return kind;
}

/** Reads the part's header block, from the CRLF that ends the delimiter line to the empty line. */
async function readHeaders(
  window: ByteWindow,
): Promise<{ contentType: string | null; contentLength: number | null }> {
  let end = window.bytes.indexOf(CRLF_CRLF);
  while (end < 0) {
    if (window.bytes.length > MAX_HEADER_BYTES) {
      throw new ArchiveError(`${window.call}: a part has oversized headers`, { retryable: false });
    }
    if (!(await window.more())) throw truncated(window.call);
    end = window.bytes.indexOf(CRLF_CRLF);
  }
  const lines = window.bytes.toString('latin1', 0, end).split('\r\n');
  window.drop(end + CRLF_CRLF.length);
  const headerValue = (name: string) => {
    const line = lines.find((text) => text.toLowerCase().startsWith(`${name}:`));
    return line === undefined ? null : line.slice(name.length + 1).trim();
  };
  const length = headerValue('content-length');
  return {
    contentType: headerValue('content-type'),
    contentLength: length !== null && /^\d{1,15}$/.test(length) ? Number(length) : null,
  };
}

async function readExactly(window: ByteWindow, count: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes: Uint8Array<ArrayBuffer> = Buffer.allocUnsafeSlow(count);
  for (let filled = 0; filled < count; ) {
    if (window.bytes.length === 0 && !(await window.more())) throw truncated(window.call);
    const taken = window.bytes.subarray(0, count - filled);
    bytes.set(taken, filled);
    filled += taken.length;
    window.drop(taken.length);
  }
  return bytes;
}

function append(body: PartBody, bytes: Buffer): void {
  body.size += bytes.length;
  if (body.size > body.maxPartBytes) throw partTooLarge(body.call, body.maxPartBytes);
  body.chunks.push(bytes);
}

function joined(body: PartBody): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(body.size);
  let at = 0;
  for (const chunk of body.chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function truncated(call: string): ArchiveError {
  return new ArchiveError(`${call}: the multipart response ended before its closing boundary`, {
    retryable: true,
  });
}

function partTooLarge(call: string, maxPartBytes: number): ArchiveError {
  return new ArchiveError(`${call}: a part exceeds ${maxPartBytes} bytes`, {
    retryable: false,
    tooLarge: true,
  });
}
