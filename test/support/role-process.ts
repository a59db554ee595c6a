import { readFileSync } from 'node:fs';
import { type ServiceProcess, startServiceProcess } from '../../src/cli/demo/service-process.ts';
import type { Role } from '../../src/config/config.ts';
import { type ServiceClient, serviceClient } from './service-client.ts';

export interface RoleProcess extends ServiceProcess {
  readonly client: ServiceClient;
  /** Whether ONNX Runtime is in its memory. */
  readonly networkRuntime: boolean;
  /** Resident memory, MiB. */
  readonly residentMib: number;
}

/** The service in one role, a process of its own on the shared PostgreSQL. */
export async function startRole(
  role: Role,
  pacsUrl: string,
  databaseUrl: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<RoleProcess> {
  const service = await startServiceProcess('/nonexistent', pacsUrl, {
    ROLE: role,
    DATABASE_URL: databaseUrl,
    WATCH_POLL_MS: '100',
    WATCH_QUIET_MS: '200',
    ...settings,
  });
  const ofProcess = (file: string) => readFileSync(`/proc/${service.pid}/${file}`, 'utf8');
  return {
    ...service,
    client: serviceClient(service.url),
    get networkRuntime() {
      return ofProcess('maps').includes('onnxruntime');
    },
    get residentMib() {
      return Number(/VmRSS:\s+(\d+) kB/.exec(ofProcess('status'))?.[1]) / 1024;
    },
  };
}
