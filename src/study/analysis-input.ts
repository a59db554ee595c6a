import { createHash } from 'node:crypto';
import { type ImageHeader, imageKey } from '../dicom/image/image-header.ts';
import type { SeriesRole } from '../domain/series-role.ts';

/** The names of the chosen images, with frame numbers, and for what each was chosen. */
export function inputSet(
  chosen: ReadonlyMap<SeriesRole, readonly { readonly headers: readonly ImageHeader[] }[]>,
): readonly string[] {
  return [...chosen].flatMap(([role, series]) =>
    series.flatMap(({ headers }) => headers.map((header) => `${role} ${imageKey(header)}`)),
  );
}

/**
 * Names a set of images: SHA-256 in hex over their sorted, distinct names, each followed by a line feed.
 * Neither the order of arrival nor repeats change it.
 */
export function inputSetHash(names: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const name of [...new Set(names)].sort()) hash.update(`${name}\n`);
  return hash.digest('hex');
}
