import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { startedEvent } from '../../src/cli/demo/service-process.ts';
import { spawnService } from '../../src/cli/demo/spawn-service.ts';

export interface FollowedService {
  readonly pid: number;
  /** Where it listens; rejects where it ended before. */
  readonly url: Promise<string>;
  /** With the exit code, null where a signal ended it. */
  readonly ended: Promise<number | null>;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

/** The service as a process of its own. @param onLine told of every line that it writes, whichever way. */
export function followService(
  dataDir: string,
  pacsUrl: string,
  settings: Readonly<Record<string, string>>,
  onLine: (line: string) => void,
): FollowedService {
  const child = spawnService(dataDir, pacsUrl, settings);
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const last: string[] = [];
  const url = new Promise<string>((resolve, reject) => {
    const read = (line: string) => {
      last.push(line);
      if (last.length > 10) last.shift();
      onLine(line);
      const event = startedEvent(line);
      if (event !== null) resolve(event.address);
    };
    for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', read);
    void ended.then((code) => reject(new Error(`the service ended with ${code}:\n${last.join('\n')}`)));
  });
  // Whoever kills it does not ask where it listens.
  url.catch(() => undefined);
  return { pid: child.pid!, url, ended, kill: (signal) => void child.kill(signal) };
}
