import sharp from 'sharp';
import { expect, test } from 'vitest';
import { rgbPng } from './rgb-png.ts';

test('what another reader finds in it are the samples', async () => {
  const samples = Uint8Array.from({ length: 5 * 4 * 3 }, (_, index) => (index * 37) % 256);
  const png = await rgbPng(samples, 5, 4);
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, info.channels]).toEqual([5, 4, 3]);
  expect([...data]).toEqual([...samples]);
});
