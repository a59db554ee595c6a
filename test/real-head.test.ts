import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Point } from '../src/domain/point.ts';
import { localise } from '../src/inference/localise/localise.ts';
import { loadModelPack } from '../src/inference/pack/load-model-pack.ts';
import type { ModelPack } from '../src/inference/pack/model-pack.ts';
import { phantomStudy } from '../src/phantom/phantom-study.ts';
import { pixelToPatient } from '../src/volume/plane-geometry.ts';
import type { Slice, Volume } from '../src/volume/volume.ts';

/**
 * A real head, imaged as a protocol images lumbar spines: its images reach the networks and are turned down. The file
 * is Debian's mricron-data: Colin Holmes' head, 27 T1 scans averaged (Holmes et al., J Comput Assist Tomogr 1998).
 */
const FILE = process.env['REAL_HEAD'];

/** A signal (0 … 1) at a patient point, mm: x to the left, y backwards, z up. */
type Signal = (x: number, y: number, z: number) => number;

/** NIfTI-1 (nifti.nimh.nih.gov) of unsigned bytes whose axes are the patient's: to the right, forwards, up. */
function readHead(path: string): Signal {
  const bytes = gunzipSync(readFileSync(path));
  const dims = [42, 44, 46].map((at) => bytes.readInt16LE(at)) as [number, number, number];
  const datatype = bytes.readInt16LE(70);
  if (datatype !== 2) throw new Error(`${path}: datatype ${datatype}, where unsigned bytes were expected`);
  const data = bytes.subarray(bytes.readFloatLE(108));
  // The rows of the affine are 16 bytes apart.
  const affine = (row: number, column: number) => bytes.readFloatLE(280 + 16 * row + 4 * column);
  const [stepX, stepY, stepZ] = [affine(0, 0), affine(1, 1), affine(2, 2)];
  const [offsetX, offsetY, offsetZ] = [affine(0, 3), affine(1, 3), affine(2, 3)];
  return (x, y, z) => {
    const column = Math.round((-x - offsetX) / stepX);
    const row = Math.round((-y - offsetY) / stepY);
    const slice = Math.round((z - offsetZ) / stepZ);
    const inside =
      column >= 0 && row >= 0 && slice >= 0 && column < dims[0] && row < dims[1] && slice < dims[2];
    return inside ? data[(slice * dims[1] + row) * dims[0] + column]! / 255 : 0;
  };
}

/** T1 as it is, and with its contrast turned round, so that fluid is bright as in T2. */
const CONTRASTS: Readonly<Record<string, (signal: number) => number>> = {
  T1: (signal) => signal,
  'turned round': (signal) => (signal > 0.06 ? 1 - signal : signal),
};

/** The slices of a lumbar protocol, its middle `downMm` below the middle of the head. */
function imaged(protocol: Volume, head: Signal, downMm: number): Volume {
  const { plane } = protocol.slices[Math.floor(protocol.slices.length / 2)]!;
  const middle = pixelToPatient(plane, (plane.columns - 1) / 2, (plane.rows - 1) / 2);
  const slices = protocol.slices.map((slice): Slice => {
    const { rows, columns } = slice.plane;
    // Millions of pixels: their points are stepped to, from the first along row and column.
    const [first, along, down] = [
      [0, 0],
      [1, 0],
      [0, 1],
    ].map(([column, row]) => pixelToPatient(slice.plane, column!, row!)) as [Point, Point, Point];
    const pixels = new Float32Array(rows * columns);
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        const at = (axis: 0 | 1 | 2) =>
          first[axis] +
          column * (along[axis] - first[axis]) +
          row * (down[axis] - first[axis]) -
          middle[axis];
        pixels[row * columns + column] = 1000 * head(at(0), at(1), at(2) - downMm);
      }
    }
    return { plane: slice.plane, image: slice.image, pixels: async () => pixels };
  });
  return { ...protocol, slices };
}

let pack: ModelPack;
beforeAll(async () => {
  pack = await loadModelPack('models/default', { preferred: ['cpu'], required: true }, 2);
});
afterAll(() => pack.close());

test
  .skipIf(FILE === undefined)
  .each(
    Object.keys(CONTRASTS).flatMap((contrast) => [0, 40, 70].map((downMm) => [contrast, downMm] as const)),
  )('a real head, contrast %s, from %d mm below its middle: no lumbar spine', async (contrast, downMm) => {
  const head = readHead(FILE!);
  const signal: Signal = (x, y, z) => CONTRASTS[contrast]!(head(x, y, z));
  for (const seed of [1, 2, 3]) {
    const protocol = phantomStudy(seed, { family: seed === 1 ? 'demo' : 'held-out' }).volumes['sagittal-t2']!;
    const found = await localise(pack, imaged(protocol, signal, downMm));
    expect(found).toEqual({
      kind: 'ineligible',
      reasons: [
        { code: expect.stringMatching(/^(no-lumbar-spine|discs-not-found)$/), facts: expect.anything() },
      ],
    });
  }
});
