import { CodecError } from '../codec-error.ts';

/** Second bytes of the markers that are told apart (ITU-T T.81 table B.1). */
export const [DHT, SOI, EOI, SOS, DQT, DNL, DRI] = [0xc4, 0xd8, 0xd9, 0xda, 0xdb, 0xdc, 0xdd];

/** The marker at `start` and where it ends. @throws CodecError where there is none. */
export function markerAt(bytes: Uint8Array, start: number): { readonly code: number; readonly end: number } {
  let at = start;
  if (bytes[at] !== 0xff) throw new CodecError('a JPEG marker is missing, or the image is cut off');
  // B.1.1.2: any number of fill bytes may precede a marker.
  while (bytes[at] === 0xff) at++;
  const code = bytes[at];
  if (code === undefined || code === 0)
    throw new CodecError('a JPEG marker is missing, or the image is cut off');
  return { code, end: at + 1 };
}

/** What a marker segment holds behind its length (B.1.1.4). @throws CodecError when it is cut off. */
export function segmentAt(bytes: Uint8Array, at: number): Uint8Array {
  const length = at + 2 <= bytes.length ? (bytes[at]! << 8) | bytes[at + 1]! : 0;
  if (length < 2 || at + length > bytes.length) throw new CodecError('a JPEG marker segment is cut off');
  return bytes.subarray(at + 2, at + length);
}

/** 16 bits, the most significant first; zeros beyond the end. */
export function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
