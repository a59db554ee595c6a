import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelPackError } from '../../inference/pack/model-pack-error.ts';
import type { PackManifest } from '../../inference/pack/pack-manifest.ts';
import { parseManifest } from '../../inference/pack/parse-manifest.ts';

/** The manifest of the pack in a folder, its networks not loaded. @throws ModelPackError */
export async function manifestOf(packDir: string): Promise<PackManifest> {
  const text = await readFile(join(packDir, 'manifest.json'), 'utf8').catch(() => {
    throw new ModelPackError(packDir, ['manifest.json: missing or not readable']);
  });
  return parseManifest(packDir, text);
}
