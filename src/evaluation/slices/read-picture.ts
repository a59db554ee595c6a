import { readFile } from 'node:fs/promises';
import { SliceError } from './slice-source.ts';

/** The grey values of a picture, 0 … 255, row-major. */
export interface Picture {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/**
 * Decodes a PNG, JPEG or WebP file; of a coloured one the first channel. The decoder is a development package: an
 * installation that only serves does without it.
 * @throws SliceError naming the file.
 */
export async function readPicture(file: string): Promise<Picture> {
  const { default: sharp } = await import('sharp').catch((cause: unknown) => {
    throw new SliceError('pictures are decoded by the package sharp, which is not installed here: npm ci', {
      cause,
    });
  });
  try {
    const { data, info } = await sharp(await readFile(file))
      .raw()
      .toBuffer({ resolveWithObject: true });
    const values = new Float32Array(info.width * info.height);
    for (let i = 0; i < values.length; i++) values[i] = data[i * info.channels]!;
    return { rows: info.height, columns: info.width, values };
  } catch (cause) {
    throw new SliceError(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
