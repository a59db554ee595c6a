import { CodecError } from '../codec-error.ts';
import type { FrameShape } from '../samples.ts';
import { type FrameHeader, readFrameHeader } from './jpeg-frame-header.ts';
import { readIntervals } from './jpeg-intervals.ts';
import { DHT, DQT, DRI, EOI, markerAt, SOI, SOS, segmentAt, word } from './jpeg-markers.ts';
import { type HuffmanCodes, readHuffmanCodes, readQuantisation, type Tables } from './jpeg-tables.ts';

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
