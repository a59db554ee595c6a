import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { spawnService } from './spawn-service.ts';

export interface ServiceProcess {
  readonly url: string;
  /** Where probes and metrics are answered too; null where that is nowhere. */
  readonly operationsUrl: string | null;
  /** Name, version and execution provider of the model in use. */
  readonly model: string;
  readonly pid: number;
  /** What it wrote last, standard output and error together. */
  lastLines(): readonly string[];
  /** SIGTERM, then SIGKILL after the limit; resolves with the exit code (null when killed). */
  stop(): Promise<number | null>;
}

const START_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 40_000;
const KEPT_LINES = 20;

/**
 * Starts the service as a process of its own (spawnService) and waits until it listens.
 * @throws Error with the service's last words when it does not come up.
 */
export async function startServiceProcess(
  dataDir: string,
  pacsUrl: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ServiceProcess> {
  const child = spawnService(dataDir, pacsUrl, environment);
  const lastLines: string[] = [];
  // Not 'exit': what the process wrote last may still be on its way then.
  const exited = once(child, 'close').then(([code]) => code as number | null);
  const started = new Promise<StartedEvent>((resolve, reject) => {
    const read = (line: string) => {
      lastLines.push(line);
      if (lastLines.length > KEPT_LINES) lastLines.shift();
      const event = startedEvent(line);
      if (event) resolve(event);
    };
    createInterface(child.stdout).on('line', read);
    createInterface(child.stderr).on('line', read);
    void exited.then((code) => reject(new Error(`the service ended with ${code}:\n${lastLines.join('\n')}`)));
    setTimeout(
      () => reject(new Error(`the service did not start:\n${lastLines.join('\n')}`)),
      START_LIMIT_MS,
    ).unref();
  });
  const stop = async () => {
    child.kill('SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    const code = await exited;
    clearTimeout(killer);
    return code;
  };
  try {
    const { address, operationsAddress = null, model } = await started;
    return {
      url: address,
      operationsUrl: operationsAddress,
      model,
      pid: child.pid!,
      lastLines: () => [...lastLines],
      stop,
    };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

export interface StartedEvent {
  readonly address: string;
  readonly operationsAddress?: string | undefined;
  readonly model: string;
}

/** What a line of the service's log says of its start; null of any other line. */
export function startedEvent(line: string): StartedEvent | null {
  if (!line.startsWith('{')) return null;
  try {
    const entry = JSON.parse(line) as Record<string, string> &
      Pick<StartedEvent, 'address' | 'operationsAddress'>;
    if (entry['event'] !== 'service-started') return null;
    const model = `${entry['packName']} ${entry['packVersion']} on ${entry['executionProvider']}`;
    return { address: entry.address, operationsAddress: entry.operationsAddress, model };
  } catch {
    return null;
  }
}
