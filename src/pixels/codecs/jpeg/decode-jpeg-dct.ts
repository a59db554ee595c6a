import { CodecError } from '../codec-error.ts';
import type { FrameShape, Samples } from '../samples.ts';
import { type BlockTables, readBlock } from './dct-block.ts';
import { EntropyReader } from './entropy-reader.ts';
import { huffmanTable } from './huffman-table.ts';
import { inverseDct } from './inverse-dct.ts';
import { readJpegStream } from './jpeg-stream.ts';

/**
 * Decodes sequential JPEG with Huffman codes: baseline (process 1) and extended (processes 2 and 4), 8 and 12 bits
 * (ITU-T T.81 annex F).
 * @throws CodecError when the data are malformed, cut off, or do not end with the last block.
 */
export function decodeJpegDct(bytes: Uint8Array, shape: FrameShape): Samples {
  const stream = readJpegStream(bytes, shape);
  const { process, precision, restartInterval, intervals } = stream;
  if (process === 3) throw new CodecError('the JPEG image is coded without loss, not by cosine transform');
  if (precision !== 8 && precision !== 12) throw new CodecError('the JPEG image has neither 8 nor 12 bits');
  const blocksAcross = Math.ceil(shape.columns / 8);
  const blockCount = blocksAcross * Math.ceil(shape.rows / 8);
  const blocksEach = restartInterval === 0 ? blockCount : restartInterval;
  if (intervals.length !== Math.ceil(blockCount / blocksEach)) {
    throw new CodecError('the JPEG image has not as many restart intervals as it needs');
  }
  const tables: BlockTables = {
    dc: huffmanTable(stream.dcTable),
    ac: huffmanTable(stream.acTable),
    quantisation: stream.quantisation,
  };
  const values = new Uint16Array(shape.rows * shape.columns);
  const block = new Int32Array(64);
  for (const [index, interval] of intervals.entries()) {
    const reader = new EntropyReader(interval);
    const last = Math.min(blockCount, (index + 1) * blocksEach);
    let dc = 0;
    for (let n = index * blocksEach; n < last; n++) {
      dc = readBlock(reader, tables, dc, block);
      inverseDct(block, precision);
      const [row, column] = [8 * Math.floor(n / blocksAcross), 8 * (n % blocksAcross)];
      place(block, values, shape, row, column, precision);
    }
    reader.finish();
  }
  return { values, precision, signed: null };
}

/** Shifts samples to their level (A.3.1), and leaves out what lies beyond the image's edge. */
function place(
  block: Int32Array,
  values: Uint16Array,
  { rows, columns }: FrameShape,
  row: number,
  column: number,
  precision: number,
): void {
  const middle = 1 << (precision - 1);
  const most = (1 << precision) - 1;
  const [height, width] = [Math.min(8, rows - row), Math.min(8, columns - column)];
  for (let y = 0; y < height; y++) {
    const at = (row + y) * columns + column;
    for (let x = 0; x < width; x++) {
      const value = block[8 * y + x]! + middle;
      values[at + x] = value < 0 ? 0 : value > most ? most : value;
    }
  }
}
