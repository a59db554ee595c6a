import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { renewedText } from './renewed-text.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'renewed-text-test-'));
  file = join(folder, 'token');
  writeFileSync(file, 'first\n');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('is what the file holds, without the end of its line', () => {
  const text = renewedText(file, 'first');
  expect(text.now()).toBe('first');
  writeFileSync(file, 'the second\n');
  expect(text.now()).toBe('the second');
});

test('follows a file that is replaced by another of the same size', () => {
  const text = renewedText(file, 'first');
  expect(text.now()).toBe('first');
  writeFileSync(join(folder, 'next'), 'secnd\n');
  renameSync(join(folder, 'next'), file);
  expect(text.now()).toBe('secnd');
});

test('follows the links of a mounted volume, where a folder is changed for another', () => {
  for (const version of ['v1', 'v2']) {
    mkdirSync(join(folder, version));
    writeFileSync(join(folder, version, 'token'), version);
  }
  symlinkSync('v1', join(folder, '..data'));
  const mounted = join(folder, 'mounted');
  symlinkSync(join('..data', 'token'), mounted);
  const text = renewedText(mounted, 'v1');
  expect(text.now()).toBe('v1');
  symlinkSync('v2', join(folder, '..data_tmp'));
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  expect(text.now()).toBe('v2');
});

test('keeps the last text while the file is empty, gone or no file, and goes on when it is back', () => {
  const text = renewedText(file, 'first');
  writeFileSync(file, '');
  expect(text.now()).toBe('first');
  rmSync(file);
  expect([text.now(), text.anew()]).toEqual(['first', 'first']);
  mkdirSync(file);
  expect(text.now()).toBe('first');
  rmSync(file, { recursive: true });
  writeFileSync(file, 'second');
  expect(text.now()).toBe('second');
});
