import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';

const PROGRAM = join(import.meta.dirname, '../..');
/** Everything that has a say in what a phantom is. */
const MADE_BY = [
  'package-lock.json',
  'test/support/phantom-objects.ts',
  'src/{phantom,dicom,domain,volume}/**/*.ts',
];

/**
 * What `make` makes of a phantom: made once by this very program, which takes seconds of processor time, and kept for
 * every test file that asks for the same.
 * @param parameters all that `make` depends on beside the program; told apart by their JSON.
 * @param make gives what can be cloned (v8.serialize).
 */
export function keptPhantom<Made>(parameters: unknown, make: () => Made): Made {
  const hash = createHash('sha256').update(JSON.stringify(parameters)).update(process.version);
  for (const file of globSync(MADE_BY, { cwd: PROGRAM }).sort()) {
    hash.update(readFileSync(join(PROGRAM, file)));
  }
  const folder = join(tmpdir(), `spinegrade-phantoms-${process.getuid?.()}`);
  const kept = join(folder, hash.digest('hex').slice(0, 16));
  try {
    return deserialize(readFileSync(kept));
  } catch {
    // Not made yet.
  }
  const made = make();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Another worker of the test run may be at it too, and makes the same.
  const unfinished = `${kept}.${process.pid}`;
  writeFileSync(unfinished, serialize(made));
  renameSync(unfinished, kept);
  return made;
}
