import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface PrivateOrthanc {
  /** The DICOMweb root, without a trailing slash. */
  readonly dicomWebUrl: string;
  /** The root of Orthanc's own REST API, without a trailing slash. */
  readonly baseUrl: string;
  readonly pid: number;
  /** SIGTERM, then SIGKILL after a limit; removes the folder unless the caller named it. May be called twice. */
  stop(): Promise<void>;
}

export interface PrivateOrthancOptions {
  /** Holds configuration, index and objects, and is left in place; a temporary one is made and removed by default. */
  readonly folder?: string;
  /** A fixed port, to come back in the same place; a free one by default. */
  readonly port?: number;
  readonly binary?: string;
  readonly plugin?: string;
  /** Lua files it runs, to make it as odd as another archive. */
  readonly luaScripts?: readonly string[];
  readonly startTimeoutMs?: number;
  readonly stopTimeoutMs?: number;
}

const PLUGIN = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';
const INSTALL_HINT =
  'install the Debian packages orthanc and orthanc-dicomweb, or set PACS_URL to a DICOMweb server such as an Orthanc container';
const PORT_ATTEMPTS = 5;
const OUTPUT_KEPT_BYTES = 4000;

/** The port was taken between its choice and Orthanc's start. */
class PortTaken extends Error {}

/**
 * Starts a real Orthanc with the DICOMweb plugin for this process alone, and waits until it answers. HTTP on
 * loopback only (Orthanc 1.10 binds every address but is told to refuse remote peers), no DICOM listener.
 * @throws Error in one line: not installed, did not start, or no free port.
 */
export async function startPrivateOrthanc(options: PrivateOrthancOptions = {}): Promise<PrivateOrthanc> {
  const plugin = options.plugin ?? PLUGIN;
  await access(plugin).catch(() => {
    throw new Error(`Orthanc's DICOMweb plugin was not found: ${INSTALL_HINT}`);
  });
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'orthanc-')));
  const temporary = options.folder === undefined;
  try {
    for (let attempt = 1; ; attempt += 1) {
      const port = options.port ?? (await freePort());
      try {
        return await startOnPort(port, folder, plugin, temporary, options);
      } catch (error) {
        const again = error instanceof PortTaken && options.port === undefined && attempt < PORT_ATTEMPTS;
        if (!again) throw error;
      }
    }
  } catch (error) {
    if (temporary) await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function startOnPort(
  port: number,
  folder: string,
  plugin: string,
  temporary: boolean,
  options: PrivateOrthancOptions,
): Promise<PrivateOrthanc> {
  const name = `private-${randomUUID()}`;
  const configuration = join(folder, 'orthanc.json');
  const settings = {
    ...orthancConfiguration(name, port, folder, plugin),
    LuaScripts: options.luaScripts ?? [],
  };
  await mkdir(folder, { recursive: true });
  await writeFile(configuration, JSON.stringify(settings, null, 2));
  const child = spawn(options.binary ?? 'Orthanc', [configuration], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const onProcessExit = () => {
    child.kill('SIGKILL');
    if (temporary) rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', onProcessExit);
  const stop = async () => {
    await endChild(child, exited, options.stopTimeoutMs ?? 15_000);
    process.off('exit', onProcessExit);
    if (temporary) await rm(folder, { recursive: true, force: true });
  };
  const baseUrl = `http://127.0.0.1:${port}`;
  try {
    await untilReady(child, `${baseUrl}/system`, name, options.startTimeoutMs ?? 20_000);
  } catch (error) {
    await endChild(child, exited, 0);
    process.off('exit', onProcessExit);
    throw error;
  }
  return { baseUrl, dicomWebUrl: `${baseUrl}/dicom-web`, pid: child.pid as number, stop };
}

function orthancConfiguration(name: string, port: number, folder: string, plugin: string) {
  return {
    Name: name,
    StorageDirectory: join(folder, 'objects'),
    IndexDirectory: join(folder, 'index'),
    HttpPort: port,
    RemoteAccessAllowed: false,
    DicomServerEnabled: false,
    KeepAlive: true,
    SaveJobs: false,
    StableAge: 1,
    Plugins: [plugin],
    DicomWeb: { Enable: true, Root: '/dicom-web/', EnableWado: false },
  };
}

/** Resolves when *our* Orthanc answers: the name tells it from another server that won the port. */
async function untilReady(
  child: ChildProcess,
  url: string,
  name: string,
  startTimeoutMs: number,
): Promise<void> {
  let output = '';
  let failure: Error | null = null;
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-OUTPUT_KEPT_BYTES);
  });
  child.once('error', (error: NodeJS.ErrnoException) => {
    failure = new Error(
      error.code === 'ENOENT'
        ? `Orthanc was not found: ${INSTALL_HINT}`
        : `Orthanc could not be started: ${error.message}`,
    );
  });
  child.once('close', (code) => {
    failure ??= /\bin use\b/i.test(output)
      ? new PortTaken(`Orthanc's port is taken: ${new URL(url).port}`)
      : new Error(`Orthanc ended at its start with code ${code}: ${lastLine(output)}`);
  });
  const deadline = performance.now() + startTimeoutMs;
  while (failure === null) {
    if ((await systemName(url)) === name) return;
    if (performance.now() > deadline) throw new Error(`Orthanc did not answer within ${startTimeoutMs} ms`);
    await delay(25);
  }
  throw failure;
}

async function systemName(url: string): Promise<string | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    return ((await answer.json()) as { Name?: string }).Name ?? null;
  } catch {
    return null;
  }
}

async function endChild(child: ChildProcess, exited: Promise<void>, stopTimeoutMs: number): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await exited;
  clearTimeout(killer);
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
