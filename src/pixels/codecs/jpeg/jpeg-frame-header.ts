import { CodecError } from '../codec-error.ts';
import type { FrameShape } from '../samples.ts';
import { word } from './jpeg-markers.ts';

const PROCESSES = new Map([
  [0, 'baseline'],
  [1, 'extended sequential'],
  [3, 'lossless'],
]);

/** What a start-of-frame segment says of the one component. */
export interface FrameHeader {
  readonly process: number;
  readonly precision: number;
  readonly quantisationTable: number;
}

/** B.2.2. */
export function readFrameHeader(process: number, segment: Uint8Array, shape: FrameShape): FrameHeader {
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
