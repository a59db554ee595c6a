import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { LABEL, NOT_DRAWN, UNTOLD } from '../../domain/structure.ts';
import { patientToPixel } from '../../volume/plane-geometry.ts';
import { foldOf, SliceError } from '../slices/slice-source.ts';
import { maskedCases } from './mask-source.ts';
import { maskedPhantom } from './masked-phantom.fixture.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const SEED = 500_031;
let made: Awaited<ReturnType<typeof maskedPhantom>>;
beforeAll(async () => {
  made = await maskedPhantom(SEED, 2);
});
afterAll(() => rmSync(made.folder, { recursive: true }));

test('a folder of masks is read by case, one part of the split or all', async () => {
  const fold = foldOf(String(SEED));
  expect((await maskedCases(made.folder, null)).map(({ caseId }) => caseId)).toEqual([String(SEED)]);
  expect(await maskedCases(made.folder, [fold])).toHaveLength(1);
  expect(await maskedCases(made.folder, [(fold + 1) % 10])).toEqual([]);
});

test('labels are those of the file, unknown beyond the lowest disc where nothing was drawn', async () => {
  const [source] = await maskedCases(made.folder, null);
  const [first] = await source!.open();
  const { labels, discs } = first!;
  const { columns } = first!.slice.plane;
  const at = ({ column, row }: { column: number; row: number }) =>
    labels[Math.round(row) * columns + Math.round(column)];
  const { levels } = made.phantom.truth;
  for (const { discMm, canalMm } of levels) {
    expect(at(patientToPixel(made.plane, discMm))).toBe(LABEL.disc);
    expect(at(patientToPixel(made.plane, canalMm))).toBe(LABEL.sac);
  }
  // Behind the sac there may be epidural space; in front of the spine there is none.
  const canal = patientToPixel(made.plane, levels[1]!.canalMm);
  const behind = canal.column + 10 / made.plane.columnSpacingMm;
  const from = Array.from({ length: 8 }, (_, mm) =>
    at({ column: behind - mm / made.plane.columnSpacingMm, row: canal.row }),
  );
  expect(from).toContain(NOT_DRAWN);
  expect(at({ column: 3, row: 3 })).toBe(LABEL.none);
  const lowest = patientToPixel(made.plane, levels[4]!.discMm);
  expect(at({ column: lowest.column + 5, row: lowest.row + 45 })).toBe(UNTOLD);
  const truths = levels.map(({ discMm }) => patientToPixel(made.plane, discMm)).reverse();
  for (const [i, truth] of truths.entries()) {
    const disc = discs[i]!;
    expect(Math.hypot(disc.column - truth.column, disc.row - truth.row)).toBeLessThan(5);
  }
});

test('the scale follows from how far the discs lie apart', async () => {
  const [source] = await maskedCases(made.folder, null);
  const [first] = await source!.open();
  const { levels } = made.phantom.truth;
  const apart = levels.slice(1).map(({ discMm }, i) => {
    const [x, y, z] = levels[i]!.discMm;
    return Math.hypot(discMm[0] - x, discMm[1] - y, discMm[2] - z);
  });
  const mean = apart.reduce((a, b) => a + b) / apart.length;
  // A patient whose discs lie farther apart than in the mean is taken for smaller than he is.
  expect(first!.slice.plane.rowSpacingMm).toBeCloseTo((made.plane.rowSpacingMm * 37) / mean, 1);
});

test('a disc that is drawn with a gap is one disc', async () => {
  const [source] = await maskedCases(made.folder, null);
  const whole = (await source!.open())[0]!;
  const file = join(made.folder, 'masks', `${whole.name}.png`);
  const drawn = readFileSync(file);
  const { data, info } = await sharp(drawn).greyscale().raw().toBuffer({ resolveWithObject: true });
  const gaps = whole.discs.map((disc) => Math.round(disc.column));
  for (const [d, disc] of whole.discs.entries()) {
    for (const at of disc.members) {
      if (Math.abs((at % info.width) - gaps[d]!) <= 2) data[at] = 0;
    }
  }
  const raw = { width: info.width, height: info.height, channels: 1 } as const;
  writeFileSync(file, await sharp(data, { raw }).png().toBuffer());
  const parted = (await source!.open())[0]!;
  writeFileSync(file, drawn);
  expect(parted.discs).toHaveLength(whole.discs.length);
  for (const [d, { column, row }] of parted.discs.entries()) {
    expect(Math.hypot(column - whole.discs[d]!.column, row - whole.discs[d]!.row)).toBeLessThan(2);
  }
});

test('a mask that is none is told of by its file', async () => {
  const file = join(made.folder, 'masks', `${SEED}-999.png`);
  writeFileSync(file, 'x');
  const [source] = await maskedCases(made.folder, null);
  await expect(source!.open()).rejects.toThrow(SliceError);
  await expect(source!.open()).rejects.toThrow(file);
  rmSync(file);
});
