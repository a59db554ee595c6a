import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openPixelMed } from './open-pixelmed.ts';
import { validateObjects } from './validate-objects.ts';
import { verdictInWords } from './verdict-in-words.ts';

const USAGE =
  'usage: validate FILE… [--images FOLDER]\n' +
  '  Runs dciodvfy, dsrdump and the PixelMed validator, as far as they are installed, on SR, SC and KO files;\n' +
  '  with --images also dcentvfy, on each file together with the DICOM files of that folder.\n';

interface Arguments {
  readonly files: readonly string[];
  readonly imageFiles: readonly string[];
}

/**
 * `validate FILE… [--images FOLDER]`. Returns the exit code: 0 every file clean, 1 an error was found, a file is no
 * DICOM object or no validator is installed, 2 misuse.
 */
export async function validateCommand(args: readonly string[]): Promise<number> {
  let read: Arguments;
  try {
    read = await readArguments(args);
  } catch (fault) {
    process.stderr.write(`validate: ${fault instanceof Error ? fault.message : String(fault)}\n${USAGE}`);
    return 2;
  }
  const pixelMed = openPixelMed();
  const judged = await validateObjects(read.files, read.imageFiles, pixelMed).finally(pixelMed.close);
  let failed = false;
  const notInstalled = new Set<string>();
  for (const { file, fault, verdicts } of judged) {
    process.stdout.write(`${file}\n`);
    if (fault !== null) process.stdout.write(`  ${fault}\n`);
    process.stdout.write(verdicts.map(verdictInWords).join(''));
    for (const { validator, installed } of verdicts) if (!installed) notInstalled.add(validator);
    failed ||= verdicts.some(({ errors }) => errors.length > 0);
    failed ||= verdicts.every(({ installed }) => !installed);
  }
  if (notInstalled.size > 0) process.stdout.write(`not installed: ${[...notInstalled].join(', ')}\n`);
  return failed ? 1 : 0;
}

async function readArguments(args: readonly string[]): Promise<Arguments> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { images: { type: 'string' } },
    allowPositionals: true,
  });
  if (positionals.length === 0) throw new Error('no file was named');
  for (const file of positionals) if (!(await stat(file)).isFile()) throw new Error(`${file} is no file`);
  return {
    files: positionals,
    imageFiles: values.images === undefined ? [] : await filesBelow(values.images),
  };
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
