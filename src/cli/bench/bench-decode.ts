import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readInstance } from '../../dicom/image/read-instance.ts';
import { encodePart10 } from '../../dicom/part10/encode-part10.ts';
import { transferSyntaxName } from '../../dicom/part10/transfer-syntax.ts';
import { phantomStudy } from '../../phantom/phantom-study.ts';
import { decodeFrame } from '../../pixels/decode-frame.ts';
import { startDecoderPool } from '../../pixels/decoder-pool.ts';
import { type EncodedFrame, encodedFrames } from '../../pixels/encoded-frame.ts';
import { measureInTurn } from './bench-measure.ts';
import type { BenchRow } from './bench-row.ts';
import { encodeHtj2k } from './encode-htj2k.ts';

const run = promisify(execFile);

/** DICOM encoders with their arguments, and the decoder of the same toolkit. */
const CODECS: readonly { readonly encode: readonly string[]; readonly decode: readonly string[] }[] = [
  { encode: ['dcmconv', '+te'], decode: ['dcmconv', '+te'] },
  { encode: ['dcmconv', '+tb'], decode: ['dcmconv', '+te'] },
  { encode: ['dcmconv', '+td'], decode: ['dcmconv', '+te'] },
  { encode: ['dcmcrle'], decode: ['dcmdrle'] },
  { encode: ['dcmcjpeg', '+ee'], decode: ['dcmdjpeg'] },
  { encode: ['dcmcjpeg', '+e1'], decode: ['dcmdjpeg'] },
  { encode: ['dcmcjpls', '+el'], decode: ['dcmdjpls'] },
  { encode: ['gdcmconv', '--j2k'], decode: ['gdcmconv', '--raw'] },
];

const HTJ2K_LOSSLESS = '1.2.840.10008.1.2.4.201';

/** Frames of one object: the toolkits' start is shared among them. */
const FRAMES = 16;
const SIZE = 448;

interface EncodedObject {
  readonly frames: readonly EncodedFrame[];
  /** The toolkit decodes the whole object, from file to file. */
  readonly toolkit: { readonly what: string; readonly decode: () => Promise<unknown> };
}

/**
 * Frames of every syntax on one thread, beside the toolkit that encoded them, and on all threads of a pool.
 * @throws Error when DCMTK, GDCM or OpenJPH is not installed.
 */
export async function benchDecode(runs: number): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'spinegrade-decode-'));
  const pool = startDecoderPool();
  try {
    await writeFile(join(folder, 'plain.dcm'), multiFrameObject());
    const rows: BenchRow[] = [];
    const objects = CODECS.map((codec) => () => encoded(folder, codec));
    for (const encode of [...objects, () => encodedByOpenJph(folder)]) {
      const { frames, toolkit } = await encode();
      const [alone, together, floor] = await measureInTurn(runs, [
        async () => {
          for (const frame of frames) await decodeFrame(frame);
        },
        () => Promise.all(frames.map(pool.decode)),
        toolkit.decode,
      ]);
      const name = transferSyntaxName(frames[0]!.transferSyntaxUid);
      const beside = { what: toolkit.what, ms: floor!.medianMs / FRAMES };
      for (const [where, timing] of [
        ['one thread', alone!],
        ['all threads', together!],
      ] as const) {
        const ms = timing.medianMs / FRAMES;
        rows.push({ what: `${name}, ${where}: ${rate(ms)} MB/s`, timing, ms, floor: beside });
      }
    }
    return rows;
  } finally {
    await pool.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Of decoded pixels, two bytes each. */
const rate = (msAFrame: number) => Math.round((2 * SIZE * SIZE) / 1e3 / msAFrame);

async function encoded(folder: string, { encode, decode }: (typeof CODECS)[number]): Promise<EncodedObject> {
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

/** OpenJPH knows no DICOM: its decoder takes one codestream at a time. */
async function encodedByOpenJph(folder: string): Promise<EncodedObject> {
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

/** Slices of a phantom as frames of one Enhanced MR object, 12 of 16 bits. */
function multiFrameObject(): Uint8Array {
  const { slices } = phantomStudy(1, { omit: ['sagittal-t1', 'axial-t2'] }).volumes['sagittal-t2']!;
  const cells = new Uint16Array(FRAMES * SIZE * SIZE);
  for (let frame = 0; frame < FRAMES; frame++) {
    const { plane, rendered } = slices[frame % slices.length]!;
    for (let i = 0; i < SIZE * SIZE; i++) {
      const row = Math.floor((Math.floor(i / SIZE) * plane.rows) / SIZE);
      const column = Math.floor(((i % SIZE) * plane.columns) / SIZE);
      cells[frame * SIZE * SIZE + i] = Math.min(4095, Math.max(0, rendered[row * plane.columns + column]!));
    }
  }
  const one = (vr: string, ...Value: readonly unknown[]) => ({ vr, Value });
  return encodePart10({
    '00080016': one('UI', '1.2.840.10008.5.1.4.1.1.4.1'),
    '00080018': one('UI', '2.25.1'),
    '00080060': one('CS', 'MR'),
    '0020000D': one('UI', '2.25.2'),
    '0020000E': one('UI', '2.25.3'),
    '00280002': one('US', 1),
    '00280004': one('CS', 'MONOCHROME2'),
    '00280008': one('IS', String(FRAMES)),
    '00280010': one('US', SIZE),
    '00280011': one('US', SIZE),
    '00280100': one('US', 16),
    '00280101': one('US', 12),
    '00280102': one('US', 11),
    '00280103': one('US', 0),
    '52009229': one('SQ', { '00289110': one('SQ', { '00280030': one('DS', '1', '1') }) }),
    '52009230': one(
      'SQ',
      ...Array.from({ length: FRAMES }, (_, i) => ({
        '00209113': one('SQ', { '00200032': one('DS', '0', '0', String(4 * i)) }),
      })),
    ),
    '7FE00010': one('OW', cells.buffer),
  });
}
