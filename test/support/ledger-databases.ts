import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { openDatabase } from '../../src/database/open-database.ts';
import type { Database } from '../../src/database/sql.ts';
import { copyFreshDatabase } from './fresh-database.ts';

/** Where a test's ledger lives: arguments of openDatabase, and the end of it all. */
export interface LedgerPlace {
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  /** Ends a server as a crash does, and starts it again; of an embedded database there is none. */
  crashAndRestart(): Promise<void>;
  remove(): Promise<void>;
}

export const LEDGER_KINDS = ['embedded', 'postgresql'] as const;

/** A fresh folder, and for `postgresql` a real server of its own on a free loopback port. */
export async function startLedgerPlace(kind: (typeof LEDGER_KINDS)[number]): Promise<LedgerPlace> {
  const dataDir = mkdtempSync(join(tmpdir(), 'spinegrade-ledger-'));
  const server = kind === 'embedded' ? null : await startPostgres();
  if (server === null) await copyFreshDatabase(dataDir);
  return {
    dataDir,
    databaseUrl: server?.url ?? null,
    crashAndRestart: async () => server?.crashAndRestart(),
    async remove() {
      await server?.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export interface TestLedger {
  readonly database: Database;
  /** Closes the database and removes where it lived. */
  close(): Promise<void>;
}

/** An open database in a place of its own. */
export async function startTestLedger(kind: (typeof LEDGER_KINDS)[number]): Promise<TestLedger> {
  const place = await startLedgerPlace(kind);
  const database = await openDatabase({ ...place, onFault: () => undefined });
  return {
    database,
    async close() {
      await database.close();
      await place.remove();
    },
  };
}

interface PostgresServer {
  readonly url: string;
  crashAndRestart(): Promise<void>;
  stop(): Promise<void>;
}

async function startPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'spinegrade-postgres-'));
  const owner = unprivilegedUser();
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid!);
  const options = { ...owner, cwd: folder, env: { LC_ALL: 'C', PATH: process.env['PATH'] } };
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
  const url = `postgresql://test@127.0.0.1:${port}/postgres`;
  let server = start();
  /** SIGINT: sessions are ended; SIGQUIT: without writing down what only the log has. */
  const end = async (signal: 'SIGINT' | 'SIGQUIT') => {
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
  };
  await untilAnswering(url);
  return {
    url,
    async crashAndRestart() {
      await end('SIGQUIT');
      server = start();
      await untilAnswering(url);
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

/** Debian keeps PostgreSQL's own programs outside the path. */
export function postgresProgram(name: string): string {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`${name} is missing: install the Debian package postgresql`);
  return found;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function untilAnswering(url: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (tries === 200) throw error;
      await delay(50);
    }
  }
}
