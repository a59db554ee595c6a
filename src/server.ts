import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { compose, type Service } from './compose.ts';
import { readConfig } from './config/config.ts';
import { processEnvironment } from './config/environment.ts';
import { checkOpenFiles } from './config/open-files.ts';
import { createHttpServer } from './http/connections.ts';
import { stopSignal } from './process/shutdown.ts';
import { startFaultInWords } from './roles/start-fault.ts';

async function serve(): Promise<void> {
  // Whatever is written may be about patients.
  process.umask(0o077);
  const config = readConfig(processEnvironment());
  checkOpenFiles();
  const stopped = stopSignal(config.shutdownTimeoutMs);
  const service = await compose(config);
  const server = createHttpServer(service.app);
  server.listen(config.http.port, config.http.host);
  await once(server, 'listening').catch(async (cause: unknown) => {
    await service.stop();
    throw cause;
  });
  await service.start();
  service.events.serviceStarted({ ...service.facts, address: addressOf(server) });
  await shutDown(service, server, await stopped);
}

function addressOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

async function shutDown(service: Service, server: Server, signal: string): Promise<void> {
  service.events.serviceStopping(signal);
  try {
    // Probes and readers are answered until the work has ended; submissions are turned down by the queue.
    await service.stop();
  } catch (fault) {
    service.events.serviceFault(fault);
    process.exitCode = 1;
  }
  server.close();
  server.closeAllConnections();
  service.events.serviceStopped();
}

try {
  await serve();
} catch (cause) {
  process.stderr.write(`spinegrade cannot start: ${startFaultInWords(cause)}\n`);
  process.exit(1);
}
