import type { Service } from './compose.ts';
import { readConfig } from './config/config.ts';
import { processEnvironment, withoutTelemetry } from './config/environment.ts';
import type { HttpSettings } from './config/http-settings.ts';
import { checkOpenFiles } from './config/open-files.ts';
import { beginDatabase } from './database/open-database.ts';
import type { Listener } from './http/listener.ts';
import { stopSignal } from './process/shutdown.ts';
import { startFaultInWords } from './roles/start-fault.ts';

async function serve(): Promise<void> {
  // Whatever is written may be about patients.
  process.umask(0o077);
  withoutTelemetry();
  const config = readConfig(processEnvironment());
  checkOpenFiles();
  const stopped = stopSignal(config.shutdownTimeoutMs);
  // The rest of the program is loaded while the database opens.
  const begun = beginDatabase({
    dataDir: config.dataDir,
    databaseUrl: config.databaseUrl?.reveal() ?? null,
  });
  const { compose } = await import('./compose.ts');
  const service = await compose(config, begun);
  const listeners = await listenOn(service, config.http).catch(async (cause: unknown) => {
    await service.stop();
    throw cause;
  });
  await service.start();
  const [address, operationsAddress] = listeners.map((listener) => listener.address);
  service.events.serviceStarted({ ...service.facts, address: address!, operationsAddress });
  await shutDown(service, listeners, await stopped);
}

async function listenOn(
  service: Service,
  { operations, ...api }: HttpSettings,
): Promise<readonly Listener[]> {
  const { listen } = await import('./http/listener.ts');
  const { app, operationsApp, events } = service;
  const apart =
    operations === null || operationsApp === null
      ? []
      : [listen(operationsApp, { ...operations, tls: null }, () => undefined)];
  return Promise.all([listen(app, api, events.tlsChanged), ...apart]);
}

async function shutDown(service: Service, listeners: readonly Listener[], signal: string): Promise<void> {
  service.events.serviceStopping(signal);
  try {
    // Probes and readers are answered until the work has ended; submissions are turned down by the queue.
    await service.stop();
  } catch (fault) {
    service.events.serviceFault(fault);
    process.exitCode = 1;
  }
  for (const listener of listeners) listener.close();
  service.events.serviceStopped();
}

try {
  await serve();
} catch (cause) {
  process.stderr.write(`spinegrade cannot start: ${startFaultInWords(cause)}\n`);
  process.exit(1);
}
