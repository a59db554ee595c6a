/**
 * Starts the service once, as `npm start` does, and ends it: so that what V8 has compiled of it is kept where
 * scripts/service-node.sh says, and every later start reads it.
 *   node scripts/image/start-once.mjs
 * Ends with 0 where the service did; where it cannot run (a processor that is emulated, say), it says so and ends with 0,
 * too: the image starts all the same, only later.
 */
import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServiceProcess } from '../../src/cli/demo/service-process.ts';

/** The discard port (RFC 863) of this machine: no archive answers there, and none is asked. */
const NO_ARCHIVE = 'http://127.0.0.1:9/dicom-web';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** Modules of the service that are loaded when they are first needed, by other roles or by a study. */
const loadedLater = globSync('src/**/*.ts', { cwd: project })
  .filter((file) => !/^src\/(?:cli|evaluation)\/|\.(?:test|fixture)\.ts$/.test(file))
  .flatMap((file) =>
    [...readFileSync(join(project, file), 'utf8').matchAll(/\bimport\('(\.[^']+)'\)/g)].map(([, module]) =>
      resolve(project, dirname(file), module),
    ),
  );

/** As the service would load them, dcmjs too. */
function loadThem() {
  const dcmjs = join(project, 'src/dicom/load-dcmjs.ts');
  const program = `await Promise.all(${JSON.stringify(loadedLater)}.map((module) => import(module)));
    (await import(${JSON.stringify(dcmjs)})).loadDcmjs();`;
  const node = [join(project, 'scripts/service-node.sh'), '--input-type=module', '-e', program];
  execFileSync('sh', node, { stdio: ['ignore', 'ignore', 'inherit'] });
}

const dataDir = mkdtempSync(join(tmpdir(), 'start-once-'));
try {
  const service = await startServiceProcess(dataDir, NO_ARCHIVE, { WATCH: 'false' });
  const code = await service.stop();
  if (code !== 0) throw new Error(`the service ended with ${code}`);
  loadThem();
} catch (error) {
  process.stderr.write(`start-once: nothing is kept of what was compiled: ${error.message}\n`);
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
