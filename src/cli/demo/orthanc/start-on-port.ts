import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PrivateOrthanc, PrivateOrthancOptions } from './private-orthanc-options.ts';
import { untilReady } from './until-ready.ts';

/**
 * Starts Orthanc on one port and waits until it answers. @throws PortTaken; Error when it ends or does not answer
 * in time.
 */
export async function startOnPort(
  port: number,
  folder: string,
  plugin: string,
  temporary: boolean,
  options: PrivateOrthancOptions,
): Promise<PrivateOrthanc> {
  const name = `private-${randomUUID()}`;
  const configuration = join(folder, 'orthanc.json');
  const settings = {
    ...orthancConfiguration(name, port, folder, [plugin, ...(options.furtherPlugins ?? [])]),
    LuaScripts: options.luaScripts ?? [],
    ...options.settings,
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

function orthancConfiguration(name: string, port: number, folder: string, plugins: readonly string[]) {
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
    Plugins: plugins,
    DicomWeb: { Enable: true, Root: '/dicom-web/', EnableWado: false },
  };
}

async function endChild(child: ChildProcess, exited: Promise<void>, stopTimeoutMs: number): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await exited;
  clearTimeout(killer);
}
