import { describe, expect, test } from 'vitest';
import { convert } from '../src/dicom/image/image.fixture.ts';
import type { AlterImage } from '../src/phantom/dicom/phantom-dicom.ts';
import { element, only, pixelsOf, withAttributes } from './support/alter-image.ts';
import { realStudiesBench } from './support/real-studies-bench.ts';

/** How pixels are stored, and what is in them. */
const bench = realStudiesBench();

describe('what changes nothing', () => {
  test('13. MONOCHROME1, signed pixels, rescale, several windows', async () => {
    const variants: AlterImage[] = [
      (dataSet) => recoded(dataSet, (value) => 4095 - value, { '00280004': element('CS', 'MONOCHROME1') }),
      (dataSet) =>
        recoded(dataSet, (value) => value - 2048, {
          '00280103': element('US', 1),
          '00281052': element('DS', '2048'),
          '00281053': element('DS', '1'),
        }),
      (dataSet) =>
        withAttributes(dataSet, { '00281052': element('DS', '-17'), '00281053': element('DS', '2.5') }),
      (dataSet) =>
        withAttributes(dataSet, {
          '00281050': element('DS', '40', '400'),
          '00281051': element('DS', '80', '2000'),
        }),
    ];
    // Rescale changes the values of a whole series or the networks' normalisation would see two scales.
    const byRole = { 'sagittal-t1': 0, 'sagittal-t2': 1, 'axial-t2': 2 };
    await bench.expectUndisturbed(
      bench.written((dataSet, image) => variants[byRole[image.role]]!(dataSet, image)),
    );
    await bench.expectUndisturbed(bench.written(only('sagittal-t2', variants[3]!)));
  });

  test('14. a series of images in different syntaxes', async () => {
    const commands = [
      ['dcmcrle'],
      ['dcmcjpeg', '+e1'],
      ['dcmcjpls'],
      ['gdcmconv', '--j2k'],
      ['dcmconv', '+td'],
      ['dcmconv', '+ti'],
    ] as const;
    const objects = bench.written().map((bytes, index) => {
      const [command, ...args] = commands[index % commands.length]!;
      return convert(bytes, command, ...args);
    });
    await bench.expectUndisturbed(objects);
  }, 120_000);

  function recoded(
    dataSet: Parameters<AlterImage>[0],
    change: (value: number) => number,
    attributes: Parameters<typeof withAttributes>[1],
  ) {
    const { stored } = pixelsOf(dataSet);
    const cells = Uint16Array.from(stored, (value) => change(value) & 0x0fff);
    return withAttributes(dataSet, { ...attributes, '7FE00010': element('OW', cells.buffer) });
  }
});

describe('what changes a little, or in a known way', () => {
  test('15. constant images are seen as they are, and every probability is a number', async () => {
    const seen = await bench.see(
      bench.written((dataSet, { index }) => {
        if (index % 4 !== 1) return dataSet;
        const cells = new Uint16Array(pixelsOf(dataSet).stored.length).fill(index % 8 === 1 ? 0 : 700);
        return withAttributes(dataSet, { '7FE00010': element('OW', cells.buffer) });
      }),
    );
    for (const tensor of seen.tensors) expect(tensor.every(Number.isFinite)).toBe(true);
    const findings = await seen.findings();
    expect(findings).toHaveLength(25);
    for (const { probabilities } of findings) {
      const sum = Object.values(probabilities).reduce((a, b) => a + b);
      expect(sum).toBeCloseTo(1, 6);
    }
  });
});
