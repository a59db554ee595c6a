import { describe, expect, test } from 'vitest';
import type { Point } from '../src/domain/point.ts';
import { type Target, targetKey } from '../src/domain/target.ts';
import { classify } from '../src/inference/classify/classify.ts';
import { cropRegions } from '../src/inference/crop/crop-regions.ts';
import {
  decimal,
  element,
  numbersOf,
  only,
  pixelsOf,
  resampled,
  withAttributes,
  withRowsBetween,
} from './support/alter-image.ts';
import { readObjects } from './support/read-objects.ts';
import { realStudiesBench } from './support/real-studies-bench.ts';

/** Where and how images lie in the patient. */
const bench = realStudiesBench();

describe('what changes nothing', () => {
  test('9. side comes from geometry, not from the half of the image: axial images stored mirrored', async () => {
    await bench.expectUndisturbed(
      bench.written(
        only('axial-t2', (dataSet) => {
          const { rows, columns } = pixelsOf(dataSet);
          return resampled(dataSet, { rows, columns }, (row, column) => [row, columns - 1 - column]);
        }),
      ),
    );
  });

  test('10. SpacingBetweenSlices and SliceThickness are absent', async () => {
    await bench.expectUndisturbed(
      bench.written((dataSet) => withAttributes(dataSet, { '00180088': undefined, '00180050': undefined })),
    );
  });

  test('11. Rows and Columns differ within a series', async () => {
    await bench.expectUndisturbed(
      bench.written((dataSet, { role, index, count }) => {
        const { rows, columns } = pixelsOf(dataSet);
        // What the localiser normalises its input by are the images in the middle, edges and all.
        const isMiddle = role === 'sagittal-t2' && Math.abs(index - count / 2) < 5;
        const cut = isMiddle ? 0 : 4 * (index % 3);
        const size = { rows: rows - 2 * cut, columns: columns - 2 * cut };
        return resampled(dataSet, size, (row, column) => [row + cut, column + cut]);
      }),
    );
  });

  test('19. prone, feet first: images stored turned round by half a turn', async () => {
    await bench.expectUndisturbed(
      bench.written((dataSet) => {
        const { rows, columns } = pixelsOf(dataSet);
        const turned = resampled(dataSet, { rows, columns }, (row, column) => [
          rows - 1 - row,
          columns - 1 - column,
        ]);
        return withAttributes(turned, { '00185100': element('CS', 'FFP') });
      }),
    );
  });
});

describe('what changes a little, or in a known way', () => {
  test('12. anisotropic PixelSpacing: rows twice as close as columns', async () => {
    const seen = await bench.see(bench.written(withRowsBetween));
    const [rowMm, columnMm] = [
      seen.volumes['sagittal-t2']!.slices[0]!.plane.rowSpacingMm,
      seen.volumes['sagittal-t2']!.slices[0]!.plane.columnSpacingMm,
    ];
    expect(columnMm / rowMm).toBeCloseTo(2, 5);
    const moved = seen.levels.map(({ discMm }, i) =>
      Math.hypot(...discMm.map((mm, axis) => mm - bench.undisturbed.levels[i]!.discMm[axis]!)),
    );
    // Rows between rows are smoother, and a flat peak may move a little; a wrong spacing would move every disc by far.
    moved.sort((a, b) => a - b);
    expect(moved[3]).toBeLessThan(0.2);
    expect(moved[4]).toBeLessThan(1.5);
    const before = bench.undisturbed.tensors[0]!;
    const mean =
      seen.tensors[0]!.reduce((sum, value, i) => sum + Math.abs(value - before[i]!), 0) / before.length;
    expect(mean).toBeLessThan(0.02);
  });

  test('18. a mirrored patient has left and right findings exchanged', async () => {
    const { volumes } = await readObjects(
      bench.written((dataSet) => {
        const [x, y, z] = numbersOf(dataSet, '00200032');
        const [a, b, c, d, e, f] = numbersOf(dataSet, '00200037');
        return withAttributes(dataSet, {
          '00200032': element('DS', ...[-x!, y!, z!].map(decimal)),
          '00200037': element('DS', ...[-a!, b!, c!, -d!, e!, f!].map(decimal)),
        });
      }),
    );
    const mirrored = ([x, y, z]: Point): Point => [-x, y, z];
    // The places too: what the localiser makes of a mirrored patient is its own affair.
    const levels = bench.undisturbed.levels.map((level) => ({
      ...level,
      discMm: mirrored(level.discMm),
      canalMm: mirrored(level.canalMm),
    }));
    const regions = await cropRegions(bench.pack.manifest.classifiers, volumes, levels);
    const after = (await classify(bench.pack, regions, levels, volumes)).findings;
    const before = await bench.undisturbed.findings();
    const other = { left: 'right', right: 'left' } as const;
    let lateral = 0;
    for (const finding of before) {
      const target: Target = { ...finding, side: finding.side === null ? null : other[finding.side] };
      const exchanged = after.find((each) => targetKey(each) === targetKey(target))!;
      for (const grade of ['Normal/Mild', 'Moderate', 'Severe'] as const) {
        const difference = exchanged.probabilities[grade] - finding.probabilities[grade];
        expect(Math.abs(difference), targetKey(target)).toBeLessThan(0.1);
      }
      const twin = before.find((each) => targetKey(each) === targetKey(target))!;
      lateral = Math.max(lateral, Math.abs(twin.probabilities.Severe - finding.probabilities.Severe));
    }
    // Else exchanging them would show nothing.
    expect(lateral).toBeGreaterThan(0.3);
  });
});
