import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../src/cli/demo/orthanc/free-port.ts';
import { until } from './service-client.ts';

export const RULES_FILE = fileURLToPath(new URL('../../prometheus/rules/spinegrade.yaml', import.meta.url));

export interface PrometheusSeries {
  readonly metric: Readonly<Record<string, string>>;
  /** Seconds since 1970, and the value as text. */
  readonly values: readonly (readonly [number, string])[];
}

export type Prometheus = Awaited<ReturnType<typeof startPrometheus>>;

/** A real Prometheus on loopback with the rules of the repository, scraping `targets` (host:port) every two seconds. */
export async function startPrometheus(targets: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'prometheus-'));
  const port = await freePort();
  const config = {
    global: { scrape_interval: '2s', scrape_timeout: '2s', evaluation_interval: '2s' },
    rule_files: [RULES_FILE],
    scrape_configs: [
      {
        job_name: 'spinegrade',
        static_configs: [{ targets, labels: { namespace: 'test' } }],
      },
    ],
  };
  // JSON is YAML too.
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config));
  const server = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const url = `http://127.0.0.1:${port}`;
  const ask = async <T>(path: string, parameters: Record<string, string> = {}): Promise<T> => {
    const answer = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const { data, error } = (await answer.json()) as { data: T; error?: string };
    if (error !== undefined) throw new Error(`${error}: ${parameters['query']}`);
    return data;
  };
  await until('Prometheus', () =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return {
    /** Series at one moment, one value each. */
    async query(query: string): Promise<readonly PrometheusSeries[]> {
      type Instant = { metric: Record<string, string>; value: [number, string] };
      const { result } = await ask<{ result: Instant[] }>('query', { query });
      return result.map(({ metric, value }) => ({ metric, values: [value] }));
    },
    async queryRange(query: string, from: number, to: number, stepSeconds: number) {
      const range = { start: String(from), end: String(to), step: String(stepSeconds) };
      const { result } = await ask<{ result: PrometheusSeries[] }>('query_range', { query, ...range });
      return result;
    },
    rules: () =>
      ask<{ groups: { rules: { name: string; type: string; health: string; lastError?: string }[] }[] }>(
        'rules',
      ),
    async stop(): Promise<void> {
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The text of the rules. */
export function readRules(): Promise<string> {
  return readFile(RULES_FILE, 'utf8');
}
