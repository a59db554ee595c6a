import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { LABEL } from '../../domain/structure.ts';
import { patientToPixel } from '../../volume/plane-geometry.ts';
import { type MaskedSlice, maskedCases } from './mask-source.ts';
import { maskedLandmarks } from './masked-landmarks.ts';
import { maskedPhantom } from './masked-phantom.fixture.ts';

/** Slices are rendered, which a busy machine may take long for. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let made: Awaited<ReturnType<typeof maskedPhantom>>;
let slices: readonly MaskedSlice[];
beforeAll(async () => {
  made = await maskedPhantom(500_041, 3);
  const [source] = await maskedCases(made.folder, null);
  slices = await source!.open();
});
afterAll(() => rmSync(made.folder, { recursive: true }));

test('levels are counted upward from the lowest disc that is drawn, each with its disc and sac', () => {
  const found = maskedLandmarks(slices);
  expect(found.slice(0, 5).map(({ level }) => level)).toEqual(['L5/S1', 'L4/L5', 'L3/L4', 'L2/L3', 'L1/L2']);
  const { plane } = slices[0]!.slice;
  for (const { level, discMm, canalMm } of found) {
    const truth = made.phantom.truth.landmarks.find((each) => each.level === level)!;
    for (const [own, other] of [
      [discMm, truth.discMm],
      [canalMm!, truth.canalMm],
    ] as const) {
      const [a, b] = [patientToPixel(plane, own), patientToPixel(made.plane, other)];
      expect(Math.hypot(a.column - b.column, a.row - b.row) * plane.columnSpacingMm, level).toBeLessThan(4);
    }
  }
});

test('where no sac is drawn the canal is unknown, and without discs there is nothing', () => {
  const without = (label: number) =>
    slices.map((slice) => ({ ...slice, labels: slice.labels.map((each) => (each === label ? 0 : each)) }));
  const found = maskedLandmarks(without(LABEL.sac));
  expect(found.length).toBeGreaterThanOrEqual(5);
  expect(found.every(({ canalMm }) => canalMm === null)).toBe(true);
  expect(maskedLandmarks(slices.map((slice) => ({ ...slice, discs: [] })))).toEqual([]);
  expect(maskedLandmarks([])).toEqual([]);
});
