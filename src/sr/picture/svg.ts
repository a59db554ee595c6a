import type { ImageReference } from '../../domain/image-reference.ts';

export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** width × height × 3 bytes, row by row, a pixel's samples together. */
  readonly samples: Uint8Array;
}

/** A slice in its place on the picture. */
export interface PaintedSlice {
  /** Puts it there: the samples of the box, and no others, are written. */
  paint(into: RgbImage): void;
}

/** Text as it may stand in an SVG element or attribute. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Pixels of the picture. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A piece of a picture, and the images that are part of it. */
export interface Piece {
  readonly svg: string;
  /** Below the SVG. */
  readonly slices: readonly PaintedSlice[];
  readonly images: readonly ImageReference[];
}

export interface TextStyle {
  /** Pixels. */
  readonly size: number;
  readonly fill?: string;
  readonly bold?: boolean;
  readonly anchor?: 'start' | 'middle' | 'end';
  /** A dark rim, for text that lies on an image. */
  readonly halo?: boolean;
}

/** One line of text, its base line at y. */
export function textAt(x: number, y: number, text: string, style: TextStyle): string {
  const { size, fill = '#f2f2f2', bold = false, anchor = 'start', halo = false } = style;
  const rim = halo ? ' stroke="#000" stroke-width="3" paint-order="stroke" stroke-linejoin="round"' : '';
  const weight = bold ? ' font-weight="bold"' : '';
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}" text-anchor="${anchor}"${weight}${rim}>${escaped(text)}</text>`;
}

/** Breaks text into lines of at most `characters`, at spaces; a longer word stands alone and is cut. */
export function wrapped(text: string, characters: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= characters)
      lines[lines.length - 1] += ` ${word}`;
    else lines.push(word.length > characters ? `${word.slice(0, characters - 1)}…` : word);
  }
  return lines;
}

export function frame({ x, y, width, height }: Box): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="none" stroke="#4a4f58"/>`;
}
