import { CodecError } from '../codec-error.ts';
import type { FrameShape, Samples } from '../samples.ts';
import { EntropyReader } from './entropy-reader.ts';
import { type HuffmanTable, huffmanTable } from './huffman-table.ts';
import { readJpegStream } from './jpeg-stream.ts';
import { predict } from './lossless-predictor.ts';

/**
 * Decodes JPEG Lossless, process 14 with any of its predictors (ITU-T T.81 annex H), 2 to 16 bits.
 * @throws CodecError when the data are malformed, cut off, or do not end with the last pixel.
 */
export function decodeJpegLossless(bytes: Uint8Array, shape: FrameShape): Samples {
  const stream = readJpegStream(bytes, shape);
  const { process, precision, selection: predictor, pointTransform, restartInterval, intervals } = stream;
  if (process !== 3) throw new CodecError('the JPEG image is not coded without loss');
  if (predictor < 1 || predictor > 7) throw new CodecError(`there is no JPEG predictor ${predictor}`);
  if (pointTransform >= precision) throw new CodecError('the JPEG point transform leaves no bits');
  const { rows, columns } = shape;
  if (restartInterval % columns !== 0) throw new CodecError('a JPEG restart interval is not of whole rows');
  const rowsEach = restartInterval === 0 ? rows : restartInterval / columns;
  if (intervals.length !== Math.ceil(rows / rowsEach)) {
    throw new CodecError('the JPEG image has not as many restart intervals as it needs');
  }
  const values = new Uint16Array(rows * columns);
  const table = huffmanTable(stream.dcTable);
  for (const [index, interval] of intervals.entries()) {
    const from = index * rowsEach * columns;
    const part = values.subarray(from, from + rowsEach * columns);
    decodeRows(new EntropyReader(interval), part, columns, table, {
      predictor,
      // H.1.2.1: the prediction of the first sample.
      start: 1 << (precision - pointTransform - 1),
    });
  }
  if (pointTransform > 0) for (let i = 0; i < values.length; i++) values[i] = values[i]! << pointTransform;
  return { values, precision, signed: null };
}

/** One restart interval; the arithmetic is modulo 2¹⁶ (H.1.2.1), as the array's elements are. */
function decodeRows(
  reader: EntropyReader,
  values: Uint16Array,
  columns: number,
  table: HuffmanTable,
  { predictor, start }: { readonly predictor: number; readonly start: number },
): void {
  let at = 0;
  values[at++] = start + difference(reader, table);
  for (; at < columns; at++) values[at] = values[at - 1]! + difference(reader, table);
  while (at < values.length) {
    values[at] = values[at - columns]! + difference(reader, table);
    at++;
    for (const end = at + columns - 1; at < end; at++) {
      const predicted = predict(predictor, values[at - 1]!, values[at - columns]!, values[at - columns - 1]!);
      values[at] = predicted + difference(reader, table);
    }
  }
  reader.finish();
}

/** H.1.2.2: category 16 is the one difference 32768. */
function difference(reader: EntropyReader, table: HuffmanTable): number {
  const category = reader.symbol(table);
  if (category > 16) throw new CodecError('the JPEG data hold a difference of more than 16 bits');
  return category === 16 ? 32768 : reader.signed(category);
}
