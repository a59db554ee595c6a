import { expect, test } from 'vitest';
import { checkOpenFiles, OpenFilesError } from './open-files.ts';

const limits = (soft: string) =>
  `Limit                     Soft Limit           Hard Limit           Units\nMax open files            ${soft.padEnd(20)} 4096                 files`;

test('too few files are told of in numbers, with what to do', () => {
  expect(() => checkOpenFiles(limits('128'))).toThrow(OpenFilesError);
  expect(() => checkOpenFiles(limits('128'))).toThrow(/may open 128 files and needs 512.*ulimit -n/);
});

test('enough, unlimited or unknown is no error', () => {
  for (const known of [limits('512'), limits('unlimited'), '', null]) checkOpenFiles(known);
});
