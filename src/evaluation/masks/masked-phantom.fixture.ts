import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { LABEL } from '../../domain/structure.ts';
import { type PhantomStudy, phantomStudy } from '../../phantom/phantom-study.ts';
import { patientToPixel } from '../../volume/plane-geometry.ts';
import type { SlicePlane } from '../../volume/volume.ts';

/** Values of a mask file by label; epidural space is not drawn. */
const VALUES = [0, 1, 2, 3, 0];
/** What lies farther below the middle of L5/S1 is not drawn, mm. */
const BELOW_MM = 9;

/**
 * The sagittal slices of a phantom around the canal as masked slices; the sacrum is not drawn.
 * @returns the folder, which the caller removes, and the phantom.
 */
export async function maskedPhantom(
  seed: number,
  count: number,
): Promise<{ folder: string; phantom: PhantomStudy; plane: SlicePlane }> {
  const phantom = phantomStudy(seed, { family: 'held-out', artefacts: 0, omit: ['sagittal-t1', 'axial-t2'] });
  const folder = await mkdtemp(join(tmpdir(), 'masked-phantom-'));
  await mkdir(join(folder, 'images'));
  await mkdir(join(folder, 'masks'));
  const { levels } = phantom.truth;
  const canal = levels[2]!.canalMm;
  const away = ({ plane }: { readonly plane: SlicePlane }) =>
    Math.abs(patientToPixel(plane, canal).distanceMm);
  const slices = [...phantom.volumes['sagittal-t2']!.slices].sort((a, b) => away(a) - away(b));
  for (const [i, slice] of slices.slice(0, count).entries()) {
    const { rows: height, columns: width } = slice.plane;
    const raw = { width, height, channels: 1 } as const;
    const pixels = slice.rendered();
    const most = pixels.reduce((a, b) => Math.max(a, b));
    const grey = Uint8Array.from(pixels, (value) => (255 * value) / most);
    const [above, lowest] = levels.slice(-2).map(({ discMm }) => patientToPixel(slice.plane, discMm));
    const values = slice.structures().map((label, at) => {
      const below =
        ((at % width) - lowest!.column) * (lowest!.column - above!.column) +
        (Math.floor(at / width) - lowest!.row) * (lowest!.row - above!.row);
      const apart = Math.hypot(lowest!.column - above!.column, lowest!.row - above!.row);
      const drawn = label === LABEL.sac || below / apart < BELOW_MM / slice.plane.rowSpacingMm;
      return drawn ? VALUES[label]! : 0;
    });
    const name = `${seed}-${String(i).padStart(3, '0')}`;
    await writeFile(
      join(folder, 'images', `${name}.webp`),
      await sharp(grey, { raw }).webp({ quality: 92 }).toBuffer(),
    );
    await writeFile(join(folder, 'masks', `${name}.png`), await sharp(values, { raw }).png().toBuffer());
  }
  return { folder, phantom, plane: slices[0]!.plane };
}
