import { setImmediate } from 'node:timers/promises';
import { renderAsync } from '@resvg/resvg-js';
import { FONT, FONT_FAMILY } from './fonts.ts';
import { outlinedText } from './outlined-text.ts';
import type { PaintedSlice, RgbImage } from './svg.ts';

/** What is to be drawn: slices on a plain ground, and an SVG over them. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue, 0 … 255. */
  readonly background: readonly [number, number, number];
  readonly slices: readonly PaintedSlice[];
  /** Without its root element. */
  readonly svg: string;
}

/** Pixels that are laid over one another before the event loop has its turn. */
const AT_ONCE = 2 ** 18;
/** Without texts there is nothing to read fonts for. */
const NO_FONT = { loadSystemFonts: false };

/** Draws the picture: the SVG off the event loop, and meanwhile the slices. */
export async function renderPicture({ width, height, background, slices, svg }: Picture): Promise<RgbImage> {
  const root = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="${FONT_FAMILY}">`;
  const outlined = await outlinedText(`${root}${svg}</svg>`);
  const drawing = renderAsync(outlined, { font: outlined.includes('<text') ? FONT : NO_FONT });
  const image = { width, height, samples: plain(width * height, background) };
  for (const slice of slices) {
    await setImmediate();
    slice.paint(image);
  }
  const over = (await drawing).pixels;
  for (let from = 0; from < width * height; from += AT_ONCE) {
    layOver(image.samples, over, from, Math.min(from + AT_ONCE, width * height));
    await setImmediate();
  }
  return image;
}

function plain(pixels: number, colour: Picture['background']): Uint8Array {
  const samples = new Uint8Array(pixels * 3);
  samples.set(colour);
  // Twice as many pixels with each copy.
  for (let done = 3; done < samples.length; done *= 2)
    samples.copyWithin(done, 0, Math.min(done, samples.length - done));
  return samples;
}

/** @param over RGBA, its colours multiplied by alpha already. @param first of the pixels, up to `end`. */
function layOver(samples: Uint8Array, over: Uint8Array, first: number, end: number): void {
  for (let from = first * 4, to = first * 3; to < end * 3; from += 4, to += 3) {
    const alpha = over[from + 3]!;
    if (alpha === 0) continue;
    const rest = 255 - alpha;
    samples[to] = over[from]! + Math.round((samples[to]! * rest) / 255);
    samples[to + 1] = over[from + 1]! + Math.round((samples[to + 1]! * rest) / 255);
    samples[to + 2] = over[from + 2]! + Math.round((samples[to + 2]! * rest) / 255);
  }
}
