import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelPackError } from './model-pack-error.ts';
import type { PackManifest } from './pack-manifest.ts';
import { segmentersOf } from './segmenter-spec.ts';

/**
 * Every network a manifest names: the localiser, the classifiers, then where they are there the foramen finder and the
 * segmenter's.
 */
export function networksOf({ localiser, classifiers, foramenFinder, segmenter }: PackManifest) {
  return [
    localiser,
    ...classifiers,
    ...(foramenFinder ? [foramenFinder] : []),
    ...(segmenter ? segmentersOf(segmenter).map(({ network }) => network) : []),
  ];
}

/** Every file that a manifest names with its SHA-256: the networks, and the licence where it has one of its own. */
export function filesOf(
  manifest: PackManifest,
): readonly { readonly file: string; readonly sha256: string }[] {
  return [...networksOf(manifest), ...(manifest.licence ? [manifest.licence] : [])];
}

/** The files of networksOf, in its order. */
export async function readNetworks(folder: string, manifest: PackManifest) {
  const problems: string[] = [];
  const files: { file: string; bytes: Uint8Array }[] = [];
  for (const { file, sha256 } of networksOf(manifest)) {
    const bytes = await readFile(join(folder, file)).catch(() => null);
    if (bytes === null) problems.push(`${file}: missing`);
    else if (sha256Hex(bytes) !== sha256) {
      problems.push(`${file}: its SHA-256 is not the one in the manifest`);
    } else files.push({ file, bytes });
  }
  if (problems.length > 0) throw new ModelPackError(folder, problems);
  return files;
}

function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
