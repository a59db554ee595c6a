import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Unsigned samples, row by row. */
export interface GreyImage {
  readonly rows: number;
  readonly columns: number;
  readonly bits: number;
  readonly samples: ArrayLike<number>;
}

/**
 * High-Throughput JPEG 2000 by OpenJPH's own encoder, which is no part of the service: for tests and the benchmark.
 * @param args of `ojph_compress`.
 * @returns the codestream, of even length as a fragment must be (PS3.5 A.4).
 * @throws Error when OpenJPH is not installed or does not take the image.
 */
export function encodeHtj2k(image: GreyImage, ...args: readonly string[]): Uint8Array<ArrayBuffer> {
  return inFolder((folder) => {
    const [pgm, codestream] = [join(folder, 'in.pgm'), join(folder, 'out.j2c')];
    writeFileSync(pgm, portableGraymap(image));
    openJph('ojph_compress', '-i', pgm, '-o', codestream, ...args);
    const bytes = readFileSync(codestream);
    const even = new Uint8Array(bytes.length + (bytes.length % 2));
    even.set(bytes);
    return even;
  });
}

/** What OpenJPH's own decoder makes of a codestream. */
export function expandHtj2k(codestream: Uint8Array, { rows, columns }: Omit<GreyImage, 'samples'>): number[] {
  return inFolder((folder) => {
    const [from, to] = [join(folder, 'in.j2c'), join(folder, 'out.pgm')];
    writeFileSync(from, codestream);
    openJph('ojph_expand', '-i', from, '-o', to);
    const file = readFileSync(to);
    const count = rows * columns;
    const wide = file.length > 2 * count;
    const samples = file.subarray(file.length - count * (wide ? 2 : 1));
    return Array.from({ length: count }, (_, i) => (wide ? samples.readUInt16BE(2 * i) : samples[i]!));
  });
}

/** Samples of more than 8 bits are big endian. */
function portableGraymap({ rows, columns, bits, samples }: GreyImage): Uint8Array {
  const header = Buffer.from(`P5\n${columns} ${rows}\n${2 ** bits - 1}\n`);
  const pixels = Buffer.alloc(samples.length * (bits > 8 ? 2 : 1));
  for (let i = 0; i < samples.length; i++) {
    if (bits > 8) pixels.writeUInt16BE(samples[i]!, 2 * i);
    else pixels[i] = samples[i]!;
  }
  return Buffer.concat([header, pixels]);
}

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'htj2k-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function openJph(command: string, ...args: readonly string[]): void {
  try {
    execFileSync(command, args, { stdio: 'pipe' });
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw missing ? new Error(`${command} is not installed (Debian package openjph-tools)`) : cause;
  }
}
