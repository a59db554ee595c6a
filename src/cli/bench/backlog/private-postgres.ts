import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processEnvironment } from '../../../config/environment.ts';
import { freePort } from '../../demo/orthanc/free-port.ts';
import { postgresProgram } from './postgres-program.ts';

/** A PostgreSQL that serves this process alone. */
export interface PrivatePostgres {
  readonly url: string;
  /** Ends it as a crash does, and starts it again. */
  crashAndRestart(): Promise<void>;
  /** Ends it and removes what it kept. */
  stop(): Promise<void>;
}

const ANSWERS_WITHIN_MS = 60_000;
const ASK_MS = 50;

/** A real server on a free port of the loopback, on a folder of its own. @throws Error where it is not installed or does not start. */
export async function startPrivatePostgres(): Promise<PrivatePostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'spinegrade-postgres-'));
  const owner = unprivilegedUser();
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid!);
  const options = { ...owner, cwd: folder, env: { LC_ALL: 'C', PATH: processEnvironment()['PATH'] } };
  const data = join(folder, 'data');
  const made = spawnSync(
    postgresProgram('initdb'),
    ['-D', data, '-U', 'test', '--auth=trust', '--no-sync', '--encoding=UTF8'],
    { ...options, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr || String(made.error)}`);
  const port = await freePort();
  const start = () =>
    spawn(
      postgresProgram('postgres'),
      ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
      { ...options, stdio: 'ignore' },
    );
  let server = start();
  /** SIGINT: sessions are ended; SIGQUIT: what is only in the log of writes is left there. */
  const end = async (signal: 'SIGINT' | 'SIGQUIT') => {
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
  };
  await untilAnswering(port);
  return {
    url: `postgresql://test@127.0.0.1:${port}/postgres`,
    async crashAndRestart() {
      await end('SIGQUIT');
      server = start();
      await untilAnswering(port);
    },
    async stop() {
      await end('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root. */
function unprivilegedUser(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (option: string) => Number(spawnSync('id', [option, 'nobody'], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}

async function untilAnswering(port: number): Promise<void> {
  const isReady = postgresProgram('pg_isready');
  const endsAt = performance.now() + ANSWERS_WITHIN_MS;
  while (spawnSync(isReady, ['-q', '-h', '127.0.0.1', '-p', String(port)]).status !== 0) {
    if (performance.now() > endsAt) throw new Error('PostgreSQL did not start');
    await delay(ASK_MS);
  }
}
