import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import type { Level } from '../../domain/level.ts';
import { midpoint, type Point } from '../../domain/point.ts';
import { targetKey } from '../../domain/target.ts';
import { type PhantomStudy, phantomStudy } from '../../phantom/phantom-study.ts';
import { patientToPixel } from '../../volume/plane-geometry.ts';
import type { Slice } from '../../volume/volume.ts';

/** The picture is stretched to a square, whatever the slice. */
const SQUARE = 250;

/** A slice in greys from its least to its greatest value. */
async function pictureOf(slice: Slice): Promise<Sharp> {
  const { rows, columns } = slice.plane;
  const pixels = await slice.pixels();
  const [low, high] = [pixels.reduce((a, b) => Math.min(a, b)), pixels.reduce((a, b) => Math.max(a, b))];
  const bytes = Uint8Array.from(pixels, (value) => Math.round((255 * (value - low)) / (high - low)));
  return sharp(bytes, { raw: { width: columns, height: rows, channels: 1 } });
}

/** The index of the slice nearest to a point. */
function nearest(slices: readonly Slice[], point: Point): number {
  const away = slices.map(({ plane }) => Math.abs(patientToPixel(plane, point).distanceMm));
  return away.indexOf(Math.min(...away));
}

/**
 * The foramina of a phantom as labelled slices: each on the slice nearest to it, stretched to a square.
 * @returns the folder, which the caller removes, and the phantom.
 */
export async function labelledForamina(
  seed: number,
  format: 'png' | 'webp' | 'jpeg',
): Promise<{ folder: string; phantom: PhantomStudy }> {
  const phantom = phantomStudy(seed, { family: 'held-out', artefacts: 0, omit: ['sagittal-t2', 'axial-t2'] });
  const { slices } = phantom.volumes['sagittal-t1']!;
  const folder = await mkdtemp(join(tmpdir(), 'labelled-slices-'));
  const lines = ['file,study_id,series_id,instance_number,condition,level,grade,x,y,height,width'];
  const written = new Set<number>();
  await mkdir(join(folder, 'slices'));
  for (const { level, side, foramenMm } of phantom.truth.sidePoints) {
    const index = nearest(slices, foramenMm);
    const slice = slices[index]!;
    const file = `slices/${index}.${format}`;
    if (!written.has(index)) {
      const picture = (await pictureOf(slice)).resize(SQUARE, SQUARE, { fit: 'fill' });
      await writeFile(join(folder, file), await picture.toFormat(format, { quality: 92 }).toBuffer());
      written.add(index);
    }
    const { column, row } = patientToPixel(slice.plane, foramenMm);
    const grade = phantom.truth.grades[targetKey({ condition: 'neural_foraminal_narrowing', side, level })]!;
    const words = `${side === 'left' ? 'Left' : 'Right'} Neural Foraminal Narrowing`;
    const { rows, columns } = slice.plane;
    lines.push([file, seed, 1, index, words, level, grade, column, row, rows, columns].join());
  }
  await writeFile(join(folder, 'findings.csv'), `${lines.join('\n')}\n`);
  return { folder, phantom };
}

/**
 * Recesses of a phantom at some levels, all called Moderate on the left and Severe on the right: 70 × 60 mm around the
 * canal of three neighbouring slices.
 * @returns the folder, which the caller removes, and the phantom.
 */
export async function labelledRecesses(
  seed: number,
  levels: readonly Level[],
): Promise<{ folder: string; phantom: PhantomStudy }> {
  const phantom = phantomStudy(seed, {
    family: 'held-out',
    artefacts: 0,
    omit: ['sagittal-t1', 'sagittal-t2'],
  });
  const { slices } = phantom.volumes['axial-t2']!;
  const folder = await mkdtemp(join(tmpdir(), 'labelled-crops-'));
  const sides = 'left_subarticular,left_x,left_y,right_subarticular,right_x,right_y';
  const lines = [`file,study_id,series_id,level,${sides},spinal_canal`];
  for (const level of levels) {
    const { canalMm, discMm } = phantom.truth.levels.find((each) => each.level === level)!;
    const middle = nearest(slices, midpoint(discMm, canalMm));
    const { plane } = slices[middle]!;
    const at = patientToPixel(plane, canalMm);
    const [width, height] = [Math.round(70 / plane.columnSpacingMm), Math.round(60 / plane.rowSpacingMm)];
    const [left, top] = [Math.round(at.column - width / 2), Math.round(at.row - height / 2)];
    const parts = await Promise.all(
      [-1, 0, 1].map(async (by) =>
        (await pictureOf(slices[middle + by]!)).extract({ left, top, width, height }).png().toBuffer(),
      ),
    );
    const file = `${level.replace('/', '-')}.png`;
    await sharp({ create: { width: 3 * width, height, channels: 3, background: 'black' } })
      .composite(parts.map((input, i) => ({ input, left: i * width, top: 0 })))
      .png()
      .toFile(join(folder, file));
    const place = (side: 'left' | 'right') => {
      const known = phantom.truth.sidePoints.find((each) => each.level === level && each.side === side)!;
      const { column, row } = patientToPixel(plane, known.recessMm);
      return `${column - left},${row - top}`;
    };
    lines.push(`${file},${seed},1,${level},Moderate,${place('left')},Severe,${place('right')},`);
  }
  await writeFile(join(folder, 'findings.csv'), `${lines.join('\n')}\n`);
  return { folder, phantom };
}
