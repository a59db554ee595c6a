import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const PRUNE = fileURLToPath(new URL('../scripts/image/prune-packages.mjs', import.meta.url));
const ONNX = 'onnxruntime-node/bin/napi-v6';

const KEPT = [
  'express/index.js',
  'express/lib/test/probe.js',
  'express/LICENSE.md',
  'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
  'dejavu-fonts-ttf/README.md',
  '@scope/codec/dist/codec.wasm',
  'swagger-ui-dist/swagger-ui-bundle.js',
  'swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt',
  'swagger-ui-dist/swagger-ui.css',
  'swagger-ui-dist/NOTICE',
  'onnxruntime-node/dist/index.js',
  `${ONNX}/linux/x64/libonnxruntime.so.1`,
  'test/index.js',
  'outer/node_modules/test/index.js',
];
const REMOVED = [
  'express/test/app.js',
  'express/index.js.map',
  'express/index.d.ts',
  'express/docs/guide.md',
  '@scope/codec/dist/codec.d.mts',
  '@scope/codec/examples/one.js',
  '@types/express/package.json',
  'swagger-ui-dist/swagger-ui-es-bundle.js',
  'swagger-ui-dist/index.html',
  '@scarf/scarf/report.js',
  'dejavu-fonts-ttf/ttf/DejaVuSerif.ttf',
  'onnxruntime-node/script/install.js',
  `${ONNX}/linux/arm64/libonnxruntime.so.1`,
  `${ONNX}/darwin/arm64/libonnxruntime.1.dylib`,
  'outer/node_modules/inner/source.cts',
];

let modules: string;
beforeEach(() => {
  modules = mkdtempSync(join(tmpdir(), 'prune-packages-'));
  for (const path of [...KEPT, ...REMOVED]) {
    mkdirSync(join(modules, dirname(path)), { recursive: true });
    writeFileSync(join(modules, path), 'content');
  }
});
afterEach(() => rmSync(modules, { recursive: true, force: true }));

const prune = (...platform: string[]) =>
  execFileSync(process.execPath, [PRUNE, modules, ...platform], { encoding: 'utf8' });
const there = (paths: readonly string[]) => paths.filter((path) => existsSync(join(modules, path)));

test('what the image runs and its licences stay, the rest goes, empty folders with it', () => {
  const told = prune('linux/amd64');
  expect(there(KEPT)).toEqual(KEPT);
  expect(there(REMOVED)).toEqual([]);
  expect(readdirSync(join(modules, 'express')).sort()).toEqual(['LICENSE.md', 'index.js', 'lib']);
  expect(there(['@types', 'outer/node_modules/inner'])).toEqual([]);
  expect(told).toMatch(/MiB {5}2 files {2}other platforms/);
});

test('the platform that is named decides which binaries stay', () => {
  prune('linux/arm64');
  expect(there([`${ONNX}/linux/arm64/libonnxruntime.so.1`, `${ONNX}/linux/x64/libonnxruntime.so.1`])).toEqual(
    [`${ONNX}/linux/arm64/libonnxruntime.so.1`],
  );
});

test('every font that the summary image is drawn with stays', () => {
  const drawn = readFileSync(fileURLToPath(new URL('../src/sr/picture/fonts.ts', import.meta.url)), 'utf8');
  const fonts = [...drawn.matchAll(/'(DejaVu[\w-]+\.ttf)'/g)].map(
    ([, font]) => `dejavu-fonts-ttf/ttf/${font}`,
  );
  expect(fonts.length).toBeGreaterThan(0);
  for (const font of fonts) writeFileSync(join(modules, font), 'content');
  prune();
  expect(there(fonts)).toEqual(fonts);
});
