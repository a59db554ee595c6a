/**
 * Fetches ONNX Runtime's CUDA provider, which its npm package leaves out:
 *   node scripts/image/fetch-cuda-provider.mjs ARCHIVE_URL SHA256 FOLDER
 * The archive is a zip that holds the libraries for Linux x64, such as ONNX Runtime's package for .NET; nothing is taken
 * from one that has another SHA-256.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';

// The unpacker that ONNX Runtime's own installer uses, and brings.
const AdmZip = createRequire(import.meta.resolve('onnxruntime-node/package.json'))('adm-zip');

const LIBRARIES = ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so'];
const FOR_LINUX_X64 = /(?:^|\/)linux-x64\//;

async function archive(url, sha256) {
  if (!URL.canParse(url))
    throw new Error('CUDA_PROVIDER_URL is no URL: docs/image.md says which archive is meant');
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error('CUDA_PROVIDER_SHA256 is no SHA-256 in hexadecimal');
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`the archive is answered with HTTP ${answer.status}`);
  const bytes = Buffer.from(await answer.arrayBuffer());
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw new Error(`the SHA-256 of the archive is ${found}, expected ${sha256}`);
  return new AdmZip(bytes).getEntries();
}

const [url = '', sha256 = '', folder] = process.argv.slice(2);
try {
  const entries = await archive(url, sha256);
  mkdirSync(folder, { recursive: true });
  for (const library of LIBRARIES) {
    const isIt = ({ entryName }) => basename(entryName) === library && FOR_LINUX_X64.test(entryName);
    const entry = entries.find(isIt);
    if (entry === undefined) throw new Error(`${library} for Linux x64 is not in the archive`);
    writeFileSync(join(folder, library), entry.getData(), { mode: 0o644 });
  }
} catch (error) {
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  process.stderr.write(`fetch-cuda-provider: ${error.message}${cause}\n`);
  process.exitCode = 1;
}
