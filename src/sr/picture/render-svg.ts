import { fileURLToPath } from 'node:url';
import { renderAsync } from '@resvg/resvg-js';

export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** width × height × 3 bytes, row by row, a pixel's samples together. */
  readonly samples: Uint8Array;
}

/** The only family an SVG rendered here can use: no font of the machine is, so the picture is the same everywhere. */
export const FONT_FAMILY = 'DejaVu Sans';
const FONT_FILES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((file) =>
  fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${file}`)),
);

/** Renders an SVG with an opaque background, off the event loop. */
export async function renderSvg(svg: string): Promise<RgbImage> {
  const rendered = await renderAsync(svg, {
    font: { loadSystemFonts: false, fontFiles: FONT_FILES, defaultFontFamily: FONT_FAMILY },
  });
  const { width, height, pixels } = rendered;
  const samples = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < samples.length; from += 4, to += 3) {
    samples[to] = pixels[from]!;
    samples[to + 1] = pixels[from + 1]!;
    samples[to + 2] = pixels[from + 2]!;
  }
  return { width, height, samples };
}
