import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

interface Zip {
  addFile(name: string, content: Buffer): void;
  toBuffer(): Buffer;
}
const AdmZip = createRequire(import.meta.resolve('onnxruntime-node/package.json'))(
  'adm-zip',
) as new () => Zip;

const project = fileURLToPath(new URL('..', import.meta.url));
const [CUDA, SHARED] = ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so'] as const;

let folder: string;
let server: Server;
let archive: Buffer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cuda-provider-'));
  server = createServer((_, response) => response.end(archive));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What is served from now on; its SHA-256. */
function serve(entries: Readonly<Record<string, string>>): string {
  const zip = new AdmZip();
  for (const [name, content] of Object.entries(entries)) zip.addFile(name, Buffer.from(content));
  archive = zip.toBuffer();
  return createHash('sha256').update(archive).digest('hex');
}

function fetchProvider(
  sha256: string,
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.zip`,
) {
  const out = mkdtempSync(join(folder, 'out-'));
  const script = join(project, 'scripts/image/fetch-cuda-provider.mjs');
  return new Promise<{ code: number; stderr: string; files: Readonly<Record<string, string>> }>((resolve) => {
    execFile(process.execPath, [script, url, sha256, out], (error, _, stderr) => {
      const files = readdirSync(out).map((file) => [file, readFileSync(join(out, file), 'utf8')]);
      resolve({ code: Number(error?.code ?? 0), stderr, files: Object.fromEntries(files) });
    });
  });
}

test('the two libraries for Linux x64 are taken from wherever they lie in the archive', async () => {
  const sha256 = serve({
    [`runtimes/win-x64/native/${CUDA}`]: 'another',
    [`runtimes/linux-x64/native/${CUDA}`]: 'cuda',
    [`runtimes/linux-x64/native/${SHARED}`]: 'shared',
    'runtimes/linux-x64/native/libonnxruntime.so': 'not asked for',
  });
  expect(await fetchProvider(sha256)).toEqual({
    code: 0,
    stderr: '',
    files: { [CUDA]: 'cuda', [SHARED]: 'shared' },
  });
});

test('from an archive that is another nothing is taken', async () => {
  const expected = serve({ [`linux-x64/${CUDA}`]: 'cuda', [`linux-x64/${SHARED}`]: 'shared' });
  const found = serve({ [`linux-x64/${CUDA}`]: 'altered', [`linux-x64/${SHARED}`]: 'shared' });
  const { code, stderr, files } = await fetchProvider(expected);
  expect({ code, files }).toEqual({ code: 1, files: {} });
  expect(stderr).toBe(`fetch-cuda-provider: the SHA-256 of the archive is ${found}, expected ${expected}\n`);
});

test('an archive without them, no address and no hash end the build in one line', async () => {
  const lacking = await fetchProvider(serve({ [`linux-x64/${CUDA}`]: 'cuda' }));
  expect(lacking.stderr).toBe(`fetch-cuda-provider: ${SHARED} for Linux x64 is not in the archive\n`);
  expect((await fetchProvider('0'.repeat(64), '')).stderr).toMatch(/: CUDA_PROVIDER_URL is no URL: .*\n$/);
  expect((await fetchProvider('')).stderr).toMatch(/: CUDA_PROVIDER_SHA256 is no SHA-256 .*\n$/);
  const nobody = await fetchProvider('0'.repeat(64), 'http://127.0.0.1:2/a.zip');
  expect(nobody).toMatchObject({ code: 1, stderr: expect.stringMatching(/ECONNREFUSED/) });
});

/** Name and version of what pip fetches for the image; each line has a hash. */
function pinned(file: string): readonly (readonly [string, string])[] {
  const lines = readFileSync(join(project, 'scripts/image', file), 'utf8')
    .trim()
    .split('\n');
  return lines
    .filter((line) => !line.startsWith('#'))
    .map((line) => {
      expect(line).toMatch(/^[a-z0-9-]+==[\d.]+ --hash=sha256:[0-9a-f]{64}$/);
      const [, name, version] = /^(.*)==(\S+)/.exec(line)!;
      return [name!, version!];
    });
}

test('every library of NVIDIA has its version and its hash', () => {
  const twelve = pinned('cuda-12-requirements.txt');
  expect(twelve.length).toBeGreaterThan(5);
  for (const [name] of twelve) expect(name).toMatch(/^nvidia-[a-z-]+-cu12$/);
  const thirteen = pinned('cuda-13-requirements.txt').filter(([name]) => name !== 'onnxruntime-gpu');
  expect(thirteen.length).toBeGreaterThan(5);
  for (const [name] of thirteen) expect(name).toMatch(/^nvidia-(?!.*-cu12$)/);
});

test('the provider for CUDA 13 is of the release that this service runs', () => {
  const provider = pinned('cuda-13-requirements.txt').find(([name]) => name === 'onnxruntime-gpu');
  const { dependencies } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as {
    dependencies: Readonly<Record<string, string>>;
  };
  expect(provider?.[1]).toBe(dependencies['onnxruntime-node']);
});
