import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readInstance } from '../../../dicom/image/read-instance.ts';
import { type EncodedFrame, encodedFrames } from '../../../pixels/encoded-frame.ts';
import { encodeHtj2k } from '../encode-htj2k.ts';
import { type EncodedObject, run } from './encoded-object.ts';
import { SIZE } from './multi-frame-object.ts';

const HTJ2K_LOSSLESS = '1.2.840.10008.1.2.4.201';

/** OpenJPH knows no DICOM: its decoder takes one codestream at a time. */
export async function encodedByOpenJph(folder: string): Promise<EncodedObject> {
  const plain = encodedFrames(readInstance(await readFile(join(folder, 'plain.dcm'))));
  const frames = plain.map((frame): EncodedFrame => {
    const { buffer, byteOffset, byteLength } = frame.fragments[0]!;
    const samples = new Uint16Array(buffer.slice(byteOffset, byteOffset + byteLength));
    const codestream = encodeHtj2k({ rows: SIZE, columns: SIZE, bits: 12, samples }, '-reversible', 'true');
    return { ...frame, transferSyntaxUid: HTJ2K_LOSSLESS, coding: 'htj2k', fragments: [codestream] };
  });
  const files = frames.map((_, i) => join(folder, `${i}.j2c`));
  for (const [i, { fragments }] of frames.entries()) await writeFile(files[i]!, fragments[0]!);
  const pgm = join(folder, 'expanded.pgm');
  const decode = async () => {
    for (const file of files) await run('ojph_expand', ['-i', file, '-o', pgm]);
  };
  return { frames, toolkit: { what: 'ojph_expand, file to file, started for each frame', decode } };
}
