import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startServiceProcess } from '../src/cli/demo/service-process.ts';
import { cli } from './support/cli-command.ts';
import { copyFreshDatabase } from './support/fresh-database.ts';

const folder = mkdtempSync(join(tmpdir(), 'telemetry-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A home of its own, in which ONNX Runtime keeps what it has to tell and a number for the machine. */
function home(name: string) {
  const path = join(folder, name);
  const kept = join(path, '.cache/Microsoft');
  return { HOME: path, XDG_CACHE_HOME: join(path, '.cache'), kept: () => existsSync(kept) };
}

test('the service and the command line run networks without a word to anybody', async () => {
  const { kept, ...settings } = home('quiet');
  const dataDir = join(folder, 'data');
  await copyFreshDatabase(dataDir);
  const service = await startServiceProcess(dataDir, 'http://127.0.0.1:9/dicom-web', {
    ...settings,
    WATCH: 'false',
  });
  expect(await service.stop()).toBe(0);
  const evaluated = await cli(
    ['evaluate', '--model', 'models/phantom', '--phantoms', '1', '--resamples', '2'],
    settings,
  );
  expect(evaluated.code, evaluated.err).toBe(0);
  expect(kept()).toBe(false);
}, 240_000);

test('a program that does not ask for that leaves what it has to tell', () => {
  const { kept, ...env } = home('telling');
  const program = `import ort from 'onnxruntime-node'; await ort.InferenceSession.create('models/default/localiser.onnx');`;
  execFileSync(process.execPath, ['--input-type=module', '-e', program], { env, stdio: 'pipe' });
  expect(kept()).toBe(true);
}, 60_000);
