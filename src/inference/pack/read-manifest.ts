import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelPackError } from './model-pack-error.ts';
import type { PackManifest } from './pack-manifest.ts';
import { parseManifest } from './parse-manifest.ts';

/** What a pack says of itself, its networks neither read nor loaded. */
export interface PackDescription {
  readonly manifest: PackManifest;
  /** SHA-256 of manifest.json, which holds the networks' own: the pack's identity. */
  readonly sha256: string;
}

/** Reads and checks the manifest of the pack in `folder`. @throws ModelPackError */
export async function readManifest(folder: string): Promise<PackDescription> {
  const bytes = await readFile(join(folder, 'manifest.json')).catch(() => {
    throw new ModelPackError(folder, ['manifest.json: missing or not readable']);
  });
  const manifest = parseManifest(folder, bytes.toString('utf8'));
  return { manifest, sha256: createHash('sha256').update(bytes).digest('hex') };
}
