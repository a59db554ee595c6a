import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settingNames } from '../src/config/config.ts';

interface ComposeService {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks: readonly string[];
  readonly secrets?: readonly (string | { readonly source: string })[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly [key: string]: unknown;
}
interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, unknown>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const project = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(project, path), 'utf8');
const yaml = <T>(path: string) => load(read(path)) as T;

const compose = yaml<Compose>('compose.yaml');
const services = Object.entries(compose.services);
const OURS = ['migrate', 'api', 'worker', 'watcher'];
const ours = services.filter(([name]) => OURS.includes(name));

let bench: string;
beforeAll(() => {
  bench = mkdtempSync(join(tmpdir(), 'compose-'));
  mkdirSync(join(bench, 'deploy'));
  cpSync(join(project, 'deploy/test-bench.sh'), join(bench, 'deploy/test-bench.sh'));
  makeSecrets();
});
afterAll(() => rmSync(bench, { recursive: true, force: true }));
const makeSecrets = () => execFileSync('sh', [join(bench, 'deploy/test-bench.sh'), 'secrets']);
const secret = (name: string) => readFileSync(join(bench, compose.secrets[name]!.file), 'utf8').trim();

describe('every container', () => {
  test.each(services)('%s is hardened, bounded and reachable from this machine alone', (_, service) => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      mem_limit: expect.stringMatching(/^\d+[mg]$/),
    });
    expect(service.image).toMatch(/^\$\{\w+_IMAGE:-[\w./-]+:[\w.-]+\}$/);
    expect(service.image).not.toMatch(/:latest/);
    for (const port of service.ports ?? [])
      expect(port).toMatch(/^\$\{BIND_ADDRESS:-127\.0\.0\.1\}:\d+:\d+$/);
    expect(service['privileged'] ?? service['network_mode'] ?? service['pid']).toBeUndefined();
  });

  test.each(services)('%s names networks, volumes, files, secrets and services that exist', (_, service) => {
    for (const network of service.networks) expect(Object.keys(compose.networks)).toContain(network);
    for (const needed of Object.keys(service.depends_on ?? {}))
      expect(compose.services).toHaveProperty(needed);
    for (const volume of service.volumes ?? []) {
      const [source = ''] = volume.split(':');
      if (source.startsWith('.')) expect(existsSync(join(project, source)), source).toBe(true);
      else expect(Object.keys(compose.volumes)).toContain(source);
    }
    const given = (service.secrets ?? []).map((each) => (typeof each === 'string' ? each : each.source));
    for (const name of given) expect(compose.secrets).toHaveProperty(name);
    for (const [name, value] of Object.entries(service.environment ?? {})) {
      if (name.endsWith('_FILE')) expect(given.map((each) => `/run/secrets/${each}`)).toContain(value);
    }
  });

  test('no secret stands in the file itself', () => {
    for (const [, { environment = {} }] of services) {
      const plain = Object.keys(environment).filter((name) =>
        /PASSWORD|TOKEN|SECRET|KEY|DATABASE_URL/.test(name),
      );
      for (const name of plain) expect(name).toMatch(/_FILE$/);
    }
  });
});

describe('the service', () => {
  test.each(ours)('%s has settings that there are', (_, { environment = {} }) => {
    for (const name of Object.keys(environment)) expect(settingNames()).toContain(name);
  });

  test('its roles are those it has, and take work only once the tables are up to date', () => {
    const roles = ours.flatMap(([, { environment }]) => environment?.['ROLE'] ?? []).sort();
    expect(roles).toEqual(['api', 'watcher', 'worker']);
    for (const [name, { depends_on: needed = {} }] of ours) {
      if (name !== 'migrate') expect(needed['migrate']?.condition).toBe('service_completed_successfully');
    }
  });

  test('asks the archive where it is, as the user that it has', () => {
    const orthanc = JSON.parse(read('deploy/orthanc.json'));
    const { PACS_URL, PACS_USERNAME } = compose.services['api']!.environment!;
    expect(PACS_URL).toBe(`http://orthanc:${orthanc.HttpPort}${orthanc.DicomWeb.Root.replace(/\/$/, '')}`);
    const { RegisteredUsers } = JSON.parse(secret('orthanc-users'));
    expect(RegisteredUsers).toEqual({ [PACS_USERNAME!]: secret('orthanc-password') });
    expect(orthanc.AuthenticationEnabled).toBe(true);
  });

  test('is asked by whoever has the key that is made', () => {
    expect(compose.services['api']!.environment!['AUTH']).toBe('keys');
    const key = readFileSync(join(bench, 'deploy/secrets/api-key'), 'utf8').trim();
    expect(secret('api-keys')).toBe(`bench read,analyze,admin ${key}`);
  });

  test('asks the database where it is, as the user that it has', () => {
    const { POSTGRES_USER, POSTGRES_DB } = compose.services['postgres']!.environment!;
    const url = new URL(secret('database-url'));
    expect([url.hostname, url.username, url.pathname]).toEqual([
      'postgres',
      POSTGRES_USER,
      `/${POSTGRES_DB}`,
    ]);
    expect(url.password).toBe(secret('postgres-password'));
    const [only] = compose.services['postgres']!.networks;
    expect(compose.networks[only!]).toEqual({ internal: true });
  });
});

describe('secrets', () => {
  test('every one is made, for nobody else on the machine, and another start keeps it', () => {
    const before = Object.keys(compose.secrets).map(secret);
    for (const each of before) expect(each).not.toBe('');
    expect(new Set(before).size).toBe(before.length);
    expect(statSync(join(bench, 'deploy/secrets')).mode & 0o777).toBe(0o700);
    makeSecrets();
    expect(Object.keys(compose.secrets).map(secret)).toEqual(before);
  });

  test('none can be committed', () => {
    for (const { file } of Object.values(compose.secrets)) {
      expect(() => execFileSync('git', ['check-ignore', '-q', file], { cwd: project })).not.toThrow();
    }
  });
});

interface ScrapeJob {
  readonly job_name: string;
  readonly dns_sd_configs?: readonly { readonly names: readonly string[]; readonly port: number }[];
}

describe('what watches', () => {
  const prometheus = yaml<{ scrape_configs: readonly ScrapeJob[]; alerting: unknown }>(
    'prometheus/prometheus.yml',
  );

  test('Prometheus asks every process of the service, and tells the Alertmanager there is', () => {
    const job = prometheus.scrape_configs.find(({ job_name }) => job_name === 'spinegrade')!;
    const [{ names, port }] = job.dns_sd_configs as [{ names: readonly string[]; port: number }];
    expect([...names].sort()).toEqual(['api', 'watcher', 'worker']);
    for (const name of names) expect(compose.services[name]!.environment!['OPERATIONS_PORT']).toBe(port);
    for (const name of [...names, 'alertmanager', 'grafana']) {
      expect(compose.services[name]!.networks).toContain(compose.services['prometheus']!.networks[0]);
    }
    expect(JSON.stringify(prometheus.alerting)).toContain('alertmanager:9093');
  });

  test('Grafana asks the Prometheus there is, and finds dashboards where they are mounted', () => {
    const sources = yaml<{ datasources: readonly { url: string }[] }>(
      'grafana/provisioning/datasources/prometheus.yml',
    );
    expect(sources.datasources.map(({ url }) => url)).toEqual(['http://prometheus:9090']);
    const found = yaml<{ providers: readonly { options: { path: string } }[] }>(
      'grafana/provisioning/dashboards/spinegrade.yml',
    );
    const mounted = compose.services['grafana']!.volumes!.map((volume) => volume.split(':')[1]);
    for (const { options } of found.providers) expect(mounted).toContain(options.path);
  });
});
