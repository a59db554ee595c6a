import { readFileSync } from 'node:fs';

/** A .npy file as its header describes it (NumPy format 1.0), for tests. */
export function readNpy(path: string): { readonly shape: readonly number[]; readonly bytes: Uint8Array } {
  const file = readFileSync(path);
  if (file.toString('latin1', 0, 6) !== '\x93NUMPY') throw new Error(`${path} is no .npy file`);
  const headerEnd = 10 + file.readUInt16LE(8);
  const header = file.toString('latin1', 10, headerEnd);
  const shape = /'shape': \(([\d, ]+)\)/
    .exec(header)![1]!
    .split(',')
    .flatMap((part) => {
      return part.trim() === '' ? [] : [Number(part)];
    });
  return { shape, bytes: new Uint8Array(file.subarray(headerEnd)) };
}
