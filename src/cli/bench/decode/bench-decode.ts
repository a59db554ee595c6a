import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transferSyntaxName } from '../../../dicom/part10/transfer-syntax.ts';
import { decodeFrame } from '../../../pixels/decode-frame.ts';
import { startDecoderPool } from '../../../pixels/decoder-pool.ts';
import { measureInTurn } from '../bench-measure.ts';
import type { BenchRow } from '../bench-row.ts';
import { encodedByOpenJph } from './encoded-by-openjph.ts';
import { CODECS, encoded } from './encoded-object.ts';
import { FRAMES, multiFrameObject, SIZE } from './multi-frame-object.ts';

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
