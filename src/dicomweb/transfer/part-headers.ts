import { ArchiveError } from '../archive.ts';
import type { ByteWindow } from './byte-window.ts';
import { truncated } from './multipart-faults.ts';

const MAX_HEADER_BYTES = 16 * 1024;
const [CR, LF] = [13, 10];

/** Reads the part's header block up to the empty line; null when nothing but line ends is left of the body. */
export async function readPartHeaders(
  window: ByteWindow,
  call: string,
): Promise<{ contentType: string | null; contentLength: number | null } | null> {
  const lines: string[] = [];
  for (let from = 0; ; ) {
    const end = window.bytes.indexOf(LF, from);
    if (end < 0) {
      if (window.bytes.length > MAX_HEADER_BYTES) {
        throw new ArchiveError(`${call}: a part has oversized headers`, { retryable: false });
      }
      if (await window.more()) continue;
      const isBlank = window.bytes.every((byte) => byte === CR || byte === LF);
      if (lines.length === 0 && isBlank) return null;
      throw truncated(call);
    }
    const line = window.bytes.toString('latin1', from, end).replace(/\r$/, '');
    from = end + 1;
    if (line === '') {
      window.drop(from);
      break;
    }
    lines.push(line);
  }
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
