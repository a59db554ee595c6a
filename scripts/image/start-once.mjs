/**
 * Starts the service once, as `npm start` does, and ends it: so that what V8 has compiled of it is kept where
 * scripts/service-node.sh says, and every later start reads it.
 *   node scripts/image/start-once.mjs
 * Ends with 0 where the service did; where it cannot run (a processor that is emulated, say), it says so and ends with 0,
 * too: the image starts all the same, only later.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServiceProcess } from '../../src/cli/demo/service-process.ts';

/** The discard port (RFC 863) of this machine: no archive answers there, and none is asked. */
const NO_ARCHIVE = 'http://127.0.0.1:9/dicom-web';

const dataDir = mkdtempSync(join(tmpdir(), 'start-once-'));
try {
  const service = await startServiceProcess(dataDir, NO_ARCHIVE, { WATCH: 'false' });
  const code = await service.stop();
  if (code !== 0) throw new Error(`the service ended with ${code}`);
} catch (error) {
  process.stderr.write(`start-once: nothing is kept of what was compiled: ${error.message}\n`);
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
