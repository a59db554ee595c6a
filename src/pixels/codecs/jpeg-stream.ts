import { CodecError } from './codec-error.ts';
import type { FrameShape } from './samples.ts';

/** What the markers of a JPEG image say (ITU-T T.81 annex B), for an image of one component in one scan. */
export interface JpegStream {
  /** n of its start-of-frame marker SOFn: 0 and 1 sequential DCT, 3 lossless, all with Huffman codes. */
  readonly process: number;
  /** P: bits a sample. */
  readonly precision: number;
  /** Quantisation table of the component, in zigzag order; all zero where none was given. */
  readonly quantisation: Uint16Array;
  /** BITS and HUFFVAL of the DC (or lossless difference) table and of the AC table the scan uses; null where none. */
  readonly dcTable: HuffmanCodes | null;
  readonly acTable: HuffmanCodes | null;
  /** Ss: first coefficient, or the predictor of a lossless scan. */
  readonly selection: number;
  /** Al: point transform. */
  readonly pointTransform: number;
  /** Units between restart markers, 0 for none. */
  readonly restartInterval: number;
  /** Entropy-coded bytes without stuffing, one entry a restart interval. */
  readonly intervals: readonly Uint8Array[];
}

export interface HuffmanCodes {
  /** How many codes there are of each length, 1 … 16 bits. */
  readonly counts: Uint8Array;
  /** The symbol of each code, in order of the codes. */
  readonly symbols: Uint8Array;
}

const [DHT, SOI, EOI, SOS, DQT, DNL, DRI] = [0xc4, 0xd8, 0xd9, 0xda, 0xdb, 0xdc, 0xdd];
const FIRST_RESTART = 0xd0;
const PROCESSES = new Map([
  [0, 'baseline'],
  [1, 'extended sequential'],
  [3, 'lossless'],
]);

interface Tables {
  readonly quantisation: Uint16Array[];
  readonly dc: (HuffmanCodes | null)[];
  readonly ac: (HuffmanCodes | null)[];
  restartInterval: number;
}

interface FrameHeader {
  readonly process: number;
  readonly precision: number;
  readonly quantisationTable: number;
}

/**
 * Reads markers and entropy-coded data of one greyscale JPEG image, up to its end marker.
 * @throws CodecError for anything malformed, cut off, of another size than expected, or coded by a process that
 *   DICOM does not use.
 */
export function readJpegStream(bytes: Uint8Array, shape: FrameShape): JpegStream {
  const tables: Tables = {
    quantisation: Array.from({ length: 4 }, () => new Uint16Array(64)),
    dc: [null, null, null, null],
    ac: [null, null, null, null],
    restartInterval: 0,
  };
  if (bytes[0] !== 0xff || bytes[1] !== SOI) throw new CodecError('does not begin like a JPEG image');
  let frame: FrameHeader | null = null;
  for (let at = 2; ; ) {
    const marker = markerAt(bytes, at);
    at = marker.end;
    const { code } = marker;
    if (code === EOI) throw new CodecError('the JPEG image has no scan');
    const segment = segmentAt(bytes, at);
    at += 2 + segment.length;
    if (code === DHT) readHuffmanCodes(segment, tables);
    else if (code === DQT) readQuantisation(segment, tables);
    else if (code === DRI) tables.restartInterval = word(segment, 0);
    else if (code === SOS) {
      if (frame === null) throw new CodecError('the JPEG scan comes before its frame header');
      return scanOf(segment, frame, tables, readIntervals(bytes, at));
    } else if ((code & 0xf0) === 0xc0 && code !== 0xc8 && code !== 0xcc) {
      if (frame !== null) throw new CodecError('there is more than one JPEG frame header');
      frame = readFrameHeader(code & 0x0f, segment, shape);
    }
  }
}

function markerAt(bytes: Uint8Array, start: number): { readonly code: number; readonly end: number } {
  let at = start;
  if (bytes[at] !== 0xff) throw new CodecError('a JPEG marker is missing, or the image is cut off');
  // B.1.1.2: any number of fill bytes may precede a marker.
  while (bytes[at] === 0xff) at++;
  const code = bytes[at];
  if (code === undefined || code === 0)
    throw new CodecError('a JPEG marker is missing, or the image is cut off');
  return { code, end: at + 1 };
}

function segmentAt(bytes: Uint8Array, at: number): Uint8Array {
  const length = at + 2 <= bytes.length ? (bytes[at]! << 8) | bytes[at + 1]! : 0;
  if (length < 2 || at + length > bytes.length) throw new CodecError('a JPEG marker segment is cut off');
  return bytes.subarray(at + 2, at + length);
}

/** B.2.2. */
function readFrameHeader(process: number, segment: Uint8Array, shape: FrameShape): FrameHeader {
  if (!PROCESSES.has(process)) throw new CodecError(`JPEG process SOF${process} is not one DICOM uses`);
  const [precision = 0, components = 0] = [segment[0], segment[5]];
  const [rows, columns] = [word(segment, 1), word(segment, 3)];
  if (components !== 1) throw new CodecError(`the JPEG image has ${components} components where 1 belongs`);
  if (rows !== shape.rows || columns !== shape.columns) {
    throw new CodecError(
      `the JPEG image has ${rows} × ${columns} pixels where ${shape.rows} × ${shape.columns} belong`,
    );
  }
  if (precision < 2 || precision > shape.bitsAllocated) {
    throw new CodecError(`the JPEG image has ${precision} bits a sample where ${shape.bitsAllocated} fit`);
  }
  return { process, precision, quantisationTable: (segment[8] ?? 0) & 3 };
}

/** B.2.4.2. */
function readHuffmanCodes(segment: Uint8Array, tables: Tables): void {
  for (let at = 0; at < segment.length; ) {
    const [kind, slot] = [segment[at]! >> 4, segment[at]! & 0x0f];
    const counts = segment.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const symbols = segment.subarray(at + 17, at + 17 + total);
    if (kind > 1 || slot > 3 || counts.length < 16 || total > 256 || symbols.length < total) {
      throw new CodecError('a JPEG Huffman table is malformed');
    }
    (kind === 0 ? tables.dc : tables.ac)[slot] = { counts, symbols };
    at += 17 + total;
  }
}

/** B.2.4.1. */
function readQuantisation(segment: Uint8Array, tables: Tables): void {
  for (let at = 0; at < segment.length; ) {
    const [wide, slot] = [segment[at]! >> 4, segment[at]! & 0x0f];
    const bytesEach = wide === 0 ? 1 : 2;
    if (wide > 1 || slot > 3 || at + 1 + 64 * bytesEach > segment.length) {
      throw new CodecError('a JPEG quantisation table is malformed');
    }
    tables.quantisation[slot] = Uint16Array.from({ length: 64 }, (_, i) =>
      wide === 0 ? segment[at + 1 + i]! : word(segment, at + 1 + 2 * i),
    );
    at += 1 + 64 * bytesEach;
  }
}

/** B.2.3. */
function scanOf(
  segment: Uint8Array,
  { process, precision, quantisationTable }: FrameHeader,
  tables: Tables,
  intervals: readonly Uint8Array[],
): JpegStream {
  if (segment.length !== 6 || segment[0] !== 1) throw new CodecError('the JPEG scan is not of one component');
  const [dc, ac] = [segment[2]! >> 4, segment[2]! & 0x0f];
  return {
    process,
    precision,
    quantisation: tables.quantisation[quantisationTable]!,
    dcTable: tables.dc[dc] ?? null,
    acTable: tables.ac[ac] ?? null,
    selection: segment[3]!,
    pointTransform: segment[5]! & 0x0f,
    restartInterval: tables.restartInterval,
    intervals,
  };
}

/** The entropy-coded data after a scan header, unstuffed (B.1.1.5), split at restart markers, which must count up. */
function readIntervals(bytes: Uint8Array, start: number): Uint8Array[] {
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

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
