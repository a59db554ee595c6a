import { CodecError } from '../codec-error.ts';
import { DNL, EOI, markerAt } from './jpeg-markers.ts';

const FIRST_RESTART = 0xd0;

/** The entropy-coded data after a scan header, unstuffed (B.1.1.5), split at restart markers, which must count up. */
export function readIntervals(bytes: Uint8Array, start: number): Uint8Array[] {
  const intervals: Uint8Array[] = [];
  const plain = new Uint8Array(bytes.length - start);
  let [from, to, at] = [0, 0, start];
  for (;;) {
    const stop = bytes.indexOf(0xff, at);
    if (stop < 0) throw new CodecError('the JPEG image is cut off: it has no end marker');
    plain.set(bytes.subarray(at, stop), to);
    to += stop - at;
    if (bytes[stop + 1] === 0) {
      plain[to++] = 0xff;
      at = stop + 2;
      continue;
    }
    const { code, end } = markerAt(bytes, stop);
    intervals.push(plain.subarray(from, to));
    if (code === EOI) return intervals;
    if (code === DNL) throw new CodecError('JPEG images whose height follows their scan are not supported');
    if (code !== FIRST_RESTART + ((intervals.length - 1) & 7)) {
      throw new CodecError('a JPEG marker stands where none belongs');
    }
    from = to;
    at = end;
  }
}
