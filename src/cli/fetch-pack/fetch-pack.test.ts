import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadModelPack } from '../../inference/pack/load-model-pack.ts';
import { fetchPackCommand } from './fetch-pack-command.ts';

const COMMITTED = fileURLToPath(new URL('../../../models/default/', import.meta.url));
const MANIFEST = await readFile(join(COMMITTED, 'manifest.json'));
const PACK_FILES = [
  'LICENSE.txt',
  'axial.onnx',
  'canal.onnx',
  'classifier.onnx',
  'foramen-finder.onnx',
  'foramina.onnx',
  'localiser.onnx',
  'manifest.json',
  'segmenter-axial.onnx',
  'segmenter-sagittal.onnx',
];

type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

let asked: string[];
let answer: Answer;
let root: string;
let folder: string;
let said: string;
const server = createServer(async (request, response) => {
  asked.push(request.url ?? '');
  await answer(request, response);
});

beforeEach(async () => {
  asked = [];
  answer = committed;
  said = '';
  root = await mkdtemp(join(tmpdir(), 'fetch-pack-'));
  folder = join(root, 'pack');
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  vi.spyOn(console, 'log').mockImplementation((text) => {
    said += String(text);
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(root, { recursive: true });
});

/** The committed pack as a folder on a web server. */
async function committed(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const name = new URL(request.url ?? '', 'http://server').pathname.split('/').pop() ?? '';
  response.end(await readFile(join(COMMITTED, name)));
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const address = (path = '/packs/default/manifest.json') =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
const fetchPack = (hash = sha256(MANIFEST), from = address(), ...more: string[]) =>
  fetchPackCommand(['--from', from, '--sha256', hash, '--to', folder, ...more]);
const filesIn = async (path: string) => (await readdir(path).catch(() => [])).sort();

/** Serves this manifest in place of the committed one. */
function serving(manifest: object): Buffer {
  const bytes = Buffer.from(JSON.stringify(manifest));
  answer = (request, response) =>
    request.url?.endsWith('manifest.json') ? void response.end(bytes) : committed(request, response);
  return bytes;
}

test('brings a pack that loads, and leaves nothing else', async () => {
  expect(await fetchPack()).toBe(0);
  expect(await filesIn(folder)).toEqual(PACK_FILES);
  const pack = await loadModelPack(folder, { preferred: ['cpu'], required: false }, 1);
  expect(pack.sha256).toBe(sha256(MANIFEST));
  await pack.close();
});

test('a pack that is there is not fetched again; one with a broken network is', async () => {
  await fetchPack();
  asked = [];
  expect(await fetchPack()).toBe(0);
  expect(asked).toEqual([]);
  expect(said).toContain('was there');

  await writeFile(join(folder, 'localiser.onnx'), 'half');
  expect(await fetchPack()).toBe(0);
  expect(asked).toHaveLength(PACK_FILES.length);
  const localiser = await readFile(join(folder, 'localiser.onnx'));
  expect(localiser.equals(await readFile(join(COMMITTED, 'localiser.onnx')))).toBe(true);
});

test('another pack takes its place only when all of it is there', async () => {
  await fetchPack();
  const manifest = { ...JSON.parse(MANIFEST.toString()), version: '9.9.9' };
  const bytes = serving(manifest);
  const whole = answer;
  answer = (request, response) =>
    request.url?.endsWith('classifier.onnx') ? void response.destroy() : whole(request, response);
  expect(await fetchPack(sha256(bytes))).toBe(1);
  expect(await readFile(join(folder, 'manifest.json'))).toEqual(MANIFEST);
  expect(await filesIn(folder)).toEqual(PACK_FILES);

  answer = whole;
  expect(await fetchPack(sha256(bytes))).toBe(0);
  expect(await readFile(join(folder, 'manifest.json'))).toEqual(bytes);
});

describe('refuses, names the file and leaves no pack:', () => {
  const refused = async (words: RegExp, hash?: string, ...more: string[]) => {
    expect(await fetchPack(hash, undefined, ...more)).toBe(1);
    expect(said).toMatch(words);
    expect(await filesIn(folder)).toEqual([]);
  };

  test('a manifest of another hash', () =>
    refused(/manifest\.json has the SHA-256 [0-9a-f]{64}, not 0{64}$/m, '0'.repeat(64)));

  test('a network of another hash', async () => {
    answer = (request, response) =>
      request.url?.endsWith('localiser.onnx') ? void response.end('other') : committed(request, response);
    await refused(/\/localiser\.onnx has the SHA-256 /);
  });

  test('a transfer that is cut off', async () => {
    answer = async (request, response) => {
      if (!request.url?.endsWith('classifier.onnx')) return await committed(request, response);
      response.writeHead(200, { 'Content-Length': '1000000' });
      response.write(Buffer.alloc(1000), () => response.destroy());
    };
    await refused(/\/classifier\.onnx was cut off/);
  });

  test('a network that is not there', async () => {
    answer = (request, response) =>
      request.url?.endsWith('.onnx') ? void response.writeHead(404).end() : committed(request, response);
    await refused(/\/localiser\.onnx was answered with HTTP 404/);
  });

  test('a manifest without end', async () => {
    answer = (_, response) => void response.end(Buffer.alloc(2 * 1024 ** 2));
    await refused(/has more than 1048576 bytes/);
  });

  test.each(['../evil.onnx', '/etc/evil.onnx', '..%2fevil.onnx', 'a\\b.onnx', 'http://evil/x.onnx'])(
    'a network named %s',
    async (file) => {
      const manifest = JSON.parse(MANIFEST.toString());
      const bytes = serving({ ...manifest, localiser: { ...manifest.localiser, file } });
      await refused(/\/localiser\/file must match pattern/, sha256(bytes));
      expect(asked).toHaveLength(1);
      expect(await filesIn(root)).toEqual([]);
    },
  );

  test('a token file that is not there', () =>
    refused(/no-such-token/, undefined, '--token-file', join(tmpdir(), 'no-such-token')));
});

test('a server that does not answer is named with the reason', async () => {
  expect(await fetchPack(undefined, 'http://127.0.0.1:1/manifest.json')).toBe(1);
  expect(said).toMatch(/^fetch-pack: http:\/\/127\.0\.0\.1:1\/manifest\.json cannot be had \(\w+.*\)$/m);
});

test('sends the token, keeps the query, and shows neither', async () => {
  const token = join(root, 'token');
  await writeFile(token, 'top-secret\n');
  const headers: unknown[] = [];
  answer = (request, response) => {
    headers.push(request.headers.authorization);
    return request.url?.includes('canal') ? void response.writeHead(403).end() : committed(request, response);
  };
  const from = address('/packs/manifest.json?sig=signature');
  expect(await fetchPack(undefined, from, '--token-file', token)).toBe(1);
  expect(asked.map((target) => target.split('?')[1])).toEqual(Array(3).fill('sig=signature'));
  expect(headers).toEqual(Array(3).fill('Bearer top-secret'));
  expect(said).toMatch(/canal\.onnx was answered with HTTP 403/);
  expect(said).not.toMatch(/signature|top-secret/);
});

test.each([
  ['no address', ['--sha256', '0'.repeat(64), '--to', 'x'], '--from must be an http or https URL'],
  [
    'credentials in it',
    ['--from', 'http://a:b@c/m', '--sha256', '0'.repeat(64), '--to', 'x'],
    'must not hold credentials',
  ],
  ['a short hash', ['--from', 'http://c/m', '--sha256', 'abc', '--to', 'x'], '64 hexadecimal digits'],
  ['no folder', ['--from', 'http://c/m', '--sha256', '0'.repeat(64)], '--to is missing'],
])('misuse: %s', async (_, args, words) => {
  expect(await fetchPackCommand(args)).toBe(2);
  expect(said).toContain(words);
  expect(said).toContain('usage: fetch-pack');
});
