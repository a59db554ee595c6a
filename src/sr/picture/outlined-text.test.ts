import { renderAsync } from '@resvg/resvg-js';
import { expect, test } from 'vitest';
import { FONT, FONT_FAMILY } from './fonts.ts';
import { outlinedText } from './outlined-text.ts';
import { type TextStyle, textAt } from './svg.ts';

const [WIDTH, HEIGHT] = [400, 60];
const pixels = async (svg: string) => (await renderAsync(svg, { font: FONT })).pixels;
const whole = (inner: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="${FONT_FAMILY}"><rect width="${WIDTH}" height="${HEIGHT}" fill="#123"/>${inner}</svg>`;

/** The largest share of samples that differ by more than edges do. */
async function difference(text: string): Promise<number> {
  const svg = whole(text);
  const outlined = await outlinedText(svg);
  expect(outlined).not.toContain('<text');
  const [before, after] = [await pixels(svg), await pixels(outlined)];
  const far = before.reduce((sum, value, index) => sum + (Math.abs(value - after[index]!) > 24 ? 1 : 0), 0);
  return far / before.length;
}

test.each<[string, TextStyle]>([
  ['L4/L5 foramen left', { size: 18, bold: true }],
  ['Severe  > 99 %  ?', { size: 13, anchor: 'middle', fill: '#fff' }],
  ['a < b & "c"', { size: 26, anchor: 'end' }],
  ['AVAVA, To – ‘kerned’', { size: 20, halo: true, fill: '#7fd4ff' }],
  ['Wirbelsäule: größer als 5 µm', { size: 14, halo: true, bold: true }],
])('%s looks as the text does, the first time and ever after', async (words, style) => {
  const drawn = textAt(200, 40, words, style);
  expect(await pixels(whole(drawn))).not.toEqual(await pixels(whole('')));
  for (const _ of [1, 2]) expect(await difference(drawn)).toBeLessThan(0.001);
});

test('many texts of a picture each keep their own place', async () => {
  const texts = Array.from({ length: 30 }, (_, index) =>
    textAt(10 + 12 * index, 40, `${index}`, { size: 9 }),
  );
  expect(await difference(texts.join(''))).toBeLessThan(0.001);
});

test('what has no outline, such as spaces alone, is left as it is or draws nothing', async () => {
  const svg = whole(textAt(10, 20, ' ', { size: 10 }));
  expect(await pixels(await outlinedText(svg))).toEqual(await pixels(whole('')));
});
