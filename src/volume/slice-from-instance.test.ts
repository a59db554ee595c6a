import { expect, test } from 'vitest';
import { convert, element, imageBytes } from '../dicom/image/image.fixture.ts';
import { readInstance } from '../dicom/image/read-instance.ts';
import { sliceOf, THOUSANDS } from '../pixels/decode-frame.fixture.ts';
import { decodeFrame } from '../pixels/decode-frame.ts';
import { slicesFromInstance } from './slice-from-instance.ts';

test('a slice let go gives its memory back, whether it was decoded or not', async () => {
  const [rows, columns] = [256, 200];
  const bytes = imageBytes({
    '00280010': element('US', rows),
    '00280011': element('US', columns),
    '7FE00010': element('OW', new Uint16Array(rows * columns).buffer),
  });
  const own = () => readInstance(Uint8Array.from(bytes));
  const [decoded, waiting] = [own(), own()];
  const [slice, never] = [decoded, waiting].map((one) => slicesFromInstance(one, [null], decodeFrame)[0]!);
  const pixels = await slice!.pixels();
  expect(pixels).toHaveLength(rows * columns);
  for (const one of [slice!, never!, slice!]) one.letGo!();
  await expect.poll(() => pixels.length).toBe(0);
  expect(waiting.pixels).toMatchObject({ bytes: { length: 0 } });
});

test('a slice carries its plane and its image reference', async () => {
  const slice = sliceOf(imageBytes());
  expect([...(await slice.pixels())]).toEqual(THOUSANDS);
  expect(slice.plane).toEqual({
    originMm: [1, -10, 20.5],
    rowDirection: [0, 1, 0],
    columnDirection: [0, 0, -1],
    rowSpacingMm: 2,
    columnSpacingMm: 0.5,
    rows: 4,
    columns: 5,
  });
  expect(slice.image).toEqual({
    sopClassUid: '1.2.840.10008.5.1.4.1.1.4',
    sopInstanceUid: '2.25.3',
    seriesInstanceUid: '2.25.2',
    frameOfReferenceUid: '2.25.9',
    frameNumber: null,
  });
});

test('a slice knows of lossy compression that its image has been through', () => {
  const lossyOf = (bytes: Uint8Array) =>
    slicesFromInstance(readInstance(bytes), [null], decodeFrame)[0]!.lossy;
  expect(lossyOf(imageBytes())).toBeUndefined();
  const told = {
    '00282110': element('CS', '01'),
    '00282112': element('DS', '4'),
    '00282114': element('CS', 'X'),
  };
  expect(lossyOf(imageBytes(told))).toEqual({ ratios: [4], methods: ['X'] });
  expect(lossyOf(convert(imageBytes(), 'gdcmconv', '--jpegls', '--lossy', '-e', '2'))).toBeDefined();
});
