/**
 * One role of the service in a process of its own. Prints its address, null where it has none; tells on `report` what
 * the process holds; stops when its standard input ends.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { readConfig } from '../../src/config/config.ts';
import { createHttpServer } from '../../src/http/connections.ts';
import { openCore } from '../../src/roles/open-core.ts';
import { startApi } from '../../src/roles/start-api.ts';
import { startWatcher } from '../../src/roles/start-watcher.ts';
import { loadNetworks, startWorker } from '../../src/roles/start-worker.ts';

export interface RoleReport {
  /** Worker threads. */
  readonly threads: number;
  /** Whether ONNX Runtime is loaded. */
  readonly networkRuntime: boolean;
}

const say = (what: unknown) => void process.stdout.write(`${JSON.stringify(what)}\n`);

function report(): RoleReport {
  const { workers, sharedObjects } = process.report.getReport() as unknown as {
    readonly workers: readonly unknown[];
    readonly sharedObjects: readonly string[];
  };
  return { threads: workers.length, networkRuntime: sharedObjects.some((path) => /onnxruntime/.test(path)) };
}

const core = await openCore(readConfig(process.env));

async function start(): Promise<{ readonly url: string | null; stop(): Promise<void> }> {
  switch (process.argv[2]) {
    case 'api': {
      const server = createHttpServer(startApi(core)).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const stop = async () => {
        server.close();
        server.closeAllConnections();
      };
      return { url, stop };
    }
    case 'watcher':
      return { url: null, ...startWatcher(core) };
    default:
      return { url: null, ...(await startWorker(core, await loadNetworks(core))) };
  }
}

const { url, stop } = await start();
say({ url });
for await (const line of createInterface(process.stdin)) if (line === 'report') say(report());
core.stopping.abort();
await stop();
await core.closing.close();
