import { TextDecoder } from 'node:util';

/** Windows-1252 beside Latin-1 (WHATWG index), by code point: what its bytes 80H to 9FH are shown as. */
const WINDOWS_1252 = new Map(
  Array.from({ length: 32 }, (_, index) => 0x80 + index).map((byte) => [
    new TextDecoder('windows-1252').decode(Uint8Array.of(byte)).codePointAt(0)!,
    byte,
  ]),
);
const ESC = 0x1b;
const QUESTION_MARK = 0x3f;
const NOT_READABLE = 0xfffd;

/**
 * Whether text can hardly be what was meant: it holds U+FFFD, half a surrogate pair, an escape sequence that was not
 * converted or a control character of ISO 6429 (C1); a question mark, by which converters replace what they do not
 * know; or it is UTF-8 that was read as Latin-1 or Windows-1252.
 */
export function isDoubtful(text: string): boolean {
  let isAscii = true;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === ESC || code === QUESTION_MARK || code === NOT_READABLE) return true;
    if (code >= 0x80 && code <= 0x9f) return true;
    isAscii &&= code < 0x80;
  }
  return !isAscii && (!text.isWellFormed() || isMisreadUtf8(text));
}

/** Whether any text in it, at any depth, looks as if it had been decoded by another set than it was written in. */
export function hasDoubtfulText(value: unknown): boolean {
  if (typeof value === 'string') return isDoubtful(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasDoubtfulText);
}

function isMisreadUtf8(text: string): boolean {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0)!;
    const byte = code <= 0xff ? code : WINDOWS_1252.get(code);
    if (byte === undefined) return false;
    bytes.push(byte);
  }
  return isUtf8(Uint8Array.from(bytes));
}

/** Whether bytes are UTF-8, which those of another set hardly are by accident, with a character beyond ASCII. */
export function isUtf8(bytes: Uint8Array): boolean {
  if (bytes.every((byte) => byte < 0x80)) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
