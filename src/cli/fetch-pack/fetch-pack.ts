import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ModelPackError } from '../../inference/pack/model-pack-error.ts';
import { parseManifest } from '../../inference/pack/parse-manifest.ts';
import { readManifest } from '../../inference/pack/read-manifest.ts';
import { filesOf } from '../../inference/pack/read-networks.ts';
import { answered, nameOf, PackSourceError } from './pack-answer.ts';

/** Manifests have tens of kilobytes. */
const MAX_MANIFEST_BYTES = 1024 ** 2;

export interface PackSource {
  /** Of manifest.json; the networks lie beside it, and are asked for with the same query. */
  readonly manifest: URL;
  /** Of manifest.json, which holds the networks' own: the pack's identity. Lower-case hexadecimal. */
  readonly sha256: string;
  readonly token: string | null;
}

/**
 * Brings a pack from a web server into `folder`. Nothing of it appears there before every byte has the hash it must
 * have; a pack that was there before stays until then. Only files that the manifest names are fetched, and names that
 * lead elsewhere are no names of networks (models/manifest.schema.json).
 * @throws PackSourceError naming what was asked for and what is wrong; ModelPackError
 */
export async function fetchPack(source: PackSource, folder: string): Promise<'fetched' | 'was-there'> {
  if (await holds(folder, source.sha256)) return 'was-there';
  const bytes = await manifestBytes(source);
  const files = filesOf(parseManifest(nameOf(source.manifest), bytes.toString('utf8')));
  await mkdir(folder, { recursive: true });
  const arriving = await mkdtemp(join(folder, '.arriving-'));
  try {
    for (const { file, sha256 } of files) {
      await fetchNetwork(beside(source.manifest, file), sha256, source.token, join(arriving, file));
    }
    await writeFile(join(arriving, 'manifest.json'), bytes);
    // The manifest last: a folder is a pack by it.
    for (const file of [...files.map(({ file }) => file), 'manifest.json']) {
      await rename(join(arriving, file), join(folder, file));
    }
  } finally {
    await rm(arriving, { recursive: true, force: true });
  }
  return 'fetched';
}

async function holds(folder: string, sha256: string): Promise<boolean> {
  try {
    const pack = await readManifest(folder);
    if (pack.sha256 !== sha256) return false;
    for (const network of filesOf(pack.manifest)) {
      if ((await sha256Of(join(folder, network.file))) !== network.sha256) return false;
    }
    return true;
  } catch (fault) {
    if (fault instanceof ModelPackError || (fault as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw fault;
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

async function manifestBytes({ manifest, sha256, token }: PackSource): Promise<Buffer> {
  const hash = createHash('sha256');
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answered(manifest, token)) {
    bytes += chunk.length;
    if (bytes > MAX_MANIFEST_BYTES) {
      throw new PackSourceError(manifest, `has more than ${MAX_MANIFEST_BYTES} bytes and is no manifest`);
    }
    hash.update(chunk);
    chunks.push(chunk);
  }
  sameHash(manifest, hash.digest('hex'), sha256);
  return Buffer.concat(chunks);
}

async function fetchNetwork(url: URL, sha256: string, token: string | null, file: string): Promise<void> {
  const hash = createHash('sha256');
  const hashed = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  };
  await pipeline(Readable.from(answered(url, token), { objectMode: false }), hashed, createWriteStream(file));
  sameHash(url, hash.digest('hex'), sha256);
}

function sameHash(url: URL, is: string, wanted: string): void {
  if (is !== wanted) throw new PackSourceError(url, `has the SHA-256 ${is}, not ${wanted}`);
}

function beside(manifest: URL, file: string): URL {
  const url = new URL(file, manifest);
  url.search = manifest.search;
  return url;
}
