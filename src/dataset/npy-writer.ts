import { open } from 'node:fs/promises';

type NpyArray = Uint8Array | Float32Array;
const DESCRIPTORS = { Uint8Array: '|u1', Float32Array: '<f4' } as const;

/** A .npy file (NumPy format 1.0) of samples of one shape, written one by one. */
export interface NpyWriter {
  /** @throws RangeError when the sample has not the shape's number of values. */
  append(sample: NpyArray): Promise<void>;
  close(): Promise<void>;
}

/** Header length, fixed so that the number of samples can be filled in at the end (a multiple of 64). */
const HEADER_BYTES = 192;

/** Creates `path`; `shape` is one sample's, the file's gets the number of samples in front. */
export async function npyWriter(
  path: string,
  type: keyof typeof DESCRIPTORS,
  shape: readonly number[],
): Promise<NpyWriter> {
  const file = await open(path, 'w');
  const length = shape.reduce((a, b) => a * b, 1);
  let count = 0;
  const header = () => {
    const text = `{'descr': '${DESCRIPTORS[type]}', 'fortran_order': False, 'shape': (${[count, ...shape].join(', ')},), }`;
    const bytes = Buffer.alloc(HEADER_BYTES, ' ');
    bytes.write('\x93NUMPY\x01\x00', 'latin1');
    bytes.writeUInt16LE(HEADER_BYTES - 10, 8);
    bytes.write(text, 10, 'latin1');
    bytes.write('\n', HEADER_BYTES - 1);
    return bytes;
  };
  await file.write(header());
  return {
    async append(sample) {
      if (sample.length !== length)
        throw new RangeError(`${path}: sample of ${sample.length} values, not ${length}`);
      await file.write(Buffer.from(sample.buffer, sample.byteOffset, sample.byteLength));
      count++;
    },
    async close() {
      await file.write(header(), 0, HEADER_BYTES, 0);
      await file.close();
    },
  };
}
