import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { compose, type Service } from './compose.ts';
import { readConfig } from './config/config.ts';
import { processEnvironment } from './config/environment.ts';
import { checkOpenFiles } from './config/open-files.ts';
import { Fault } from './domain/fault.ts';
import { createHttpServer } from './http/connections.ts';
import { stopSignal } from './process/shutdown.ts';

/** Faults of the system that name themselves: a port in use, a database that is not there, a folder not to be made. */
const OPERATORS_CODES = /^(?:E[A-Z]+|[0-9A-Z]{5})$/;

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
  const { address, port, family } = server.address() as AddressInfo;
  const host = family === 'IPv6' ? `[${address}]` : address;
  const { manifest, sha256, provider } = service.pack;
  await service.start();
  service.events.serviceStarted({
    version: service.version,
    packName: manifest.name,
    packVersion: manifest.version,
    packSha256: sha256,
    executionProvider: provider,
    address: `http://${host}:${port}`,
  });
  await shutDown(service, server, await stopped);
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

/** What an operator can mend is said in words, a fault of ours with its code; anything else with its stack. */
function inWords(cause: unknown): string {
  if (cause instanceof Fault) return `${cause.message} [${cause.code}]`;
  if (!(cause instanceof Error)) return String(cause);
  const code = 'code' in cause ? String(cause.code) : '';
  return OPERATORS_CODES.test(code) ? cause.message || code : (cause.stack ?? cause.message);
}

try {
  await serve();
} catch (cause) {
  process.stderr.write(`spinegrade cannot start: ${inWords(cause)}\n`);
  process.exit(1);
}
