import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readInstance } from '../../../dicom/image/read-instance.ts';
import { type EncodedFrame, encodedFrames } from '../../../pixels/encoded-frame.ts';

/** Runs a program to its end. @throws Error when it cannot be started or fails. */
export const run = promisify(execFile);

/** DICOM encoders with their arguments, and the decoder of the same toolkit. */
export const CODECS: readonly { readonly encode: readonly string[]; readonly decode: readonly string[] }[] = [
  { encode: ['dcmconv', '+te'], decode: ['dcmconv', '+te'] },
  { encode: ['dcmconv', '+tb'], decode: ['dcmconv', '+te'] },
  { encode: ['dcmconv', '+td'], decode: ['dcmconv', '+te'] },
  { encode: ['dcmcrle'], decode: ['dcmdrle'] },
  { encode: ['dcmcjpeg', '+ee'], decode: ['dcmdjpeg'] },
  { encode: ['dcmcjpeg', '+e1'], decode: ['dcmdjpeg'] },
  { encode: ['dcmcjpls', '+el'], decode: ['dcmdjpls'] },
  { encode: ['gdcmconv', '--j2k'], decode: ['gdcmconv', '--raw'] },
];

/** A multi-frame object in one transfer syntax, and the toolkit it is measured against. */
export interface EncodedObject {
  readonly frames: readonly EncodedFrame[];
  /** The toolkit decodes the whole object, from file to file. */
  readonly toolkit: { readonly what: string; readonly decode: () => Promise<unknown> };
}

/**
 * The object in `folder`/plain.dcm as a toolkit's encoder makes it. @throws Error when the toolkit is not
 * installed.
 */
export async function encoded(
  folder: string,
  { encode, decode }: (typeof CODECS)[number],
): Promise<EncodedObject> {
  const [plain, compressed, raw] = ['plain', 'compressed', 'raw'].map((name) =>
    join(folder, `${name}.dcm`),
  ) as [string, string, string];
  const [encoder, ...how] = encode as [string, ...string[]];
  const [decoder, ...back] = decode as [string, ...string[]];
  await run(encoder, [...how, plain, compressed]).catch((cause: NodeJS.ErrnoException) => {
    const missing = cause.code === 'ENOENT';
    throw missing ? new Error(`${encoder} is not installed (Debian packages dcmtk, libgdcm-tools)`) : cause;
  });
  const frames = encodedFrames(readInstance(await readFile(compressed)));
  return {
    frames,
    toolkit: { what: `${decoder}, file to file`, decode: () => run(decoder, [...back, compressed, raw]) },
  };
}
