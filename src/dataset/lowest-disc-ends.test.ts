import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { LABEL, NO_DISC, UNTOLD } from '../domain/structure.ts';
import { maskedCases } from '../evaluation/masks/mask-source.ts';
import { maskedPhantom } from '../evaluation/masks/masked-phantom.fixture.ts';
import { lowestDiscEnds } from './lowest-disc-ends.ts';

test('around its lowest disc alone a slice is known to show no other, and nothing that was said changes', async () => {
  const { folder } = await maskedPhantom(53, 1);
  const [masked] = await (await maskedCases(folder, null))[0]!.open();
  await rm(folder, { recursive: true });
  const { slice, labels, discs } = masked!;
  const ended = lowestDiscEnds(masked!);
  const { columns, columnSpacingMm } = slice.plane;
  const away = (at: number) =>
    Math.min(
      ...discs[0]!.members.map((of) =>
        Math.hypot((at % columns) - (of % columns), Math.floor(at / columns) - Math.floor(of / columns)),
      ),
    ) * columnSpacingMm;
  let counted = 0;
  for (const [at, label] of ended.entries()) {
    if (label !== NO_DISC) {
      expect(label).toBe(labels[at]);
      continue;
    }
    expect(labels[at]).toBe(UNTOLD);
    if (counted++ % 97 === 0) expect(away(at)).toBeLessThanOrEqual(12);
  }
  expect(counted).toBeGreaterThan(100);
  expect(ended.includes(UNTOLD)).toBe(true);
  expect(ended.includes(LABEL.disc)).toBe(true);
});
