import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { processEnvironment } from '../../config/environment.ts';

/**
 * The service as a process of its own, as `npm start` has it, on this very Node: a free port on loopback, its ledger in
 * `dataDir`, watching the archive closely. Whether it comes up is seen in what it writes.
 * @param environment adds to or replaces the settings; nothing else of this process's environment is handed on.
 */
export function spawnService(
  dataDir: string,
  pacsUrl: string,
  environment: Readonly<Record<string, string>>,
): ChildProcessByStdio<null, Readable, Readable> {
  const { PATH, HOME, NODE_COMPILE_CACHE } = processEnvironment();
  const [server, asService] = ['../../server.ts', '../../../scripts/service-node.sh'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  return spawn('sh', [asService!, server!], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: `${dirname(process.execPath)}${delimiter}${PATH ?? ''}`,
      HOME,
      NODE_COMPILE_CACHE,
      PACS_URL: pacsUrl,
      DATA_DIR: dataDir,
      PORT: '0',
      WATCH_POLL_MS: '250',
      WATCH_QUIET_MS: '1500',
      WATCH_LOOK_BACK_DAYS: 'all',
      ...environment,
    },
  });
}
