import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dump, load } from 'js-yaml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../src/cli/demo/orthanc/free-port.ts';
import { type ServiceProcess, startServiceProcess } from '../src/cli/demo/service-process.ts';
import { dicomWebArchive } from '../src/dicomweb/dicomweb-archive.ts';
import { reportsIn, storeAll } from './support/archive-client.ts';
import { startLedgerPlace } from './support/ledger-databases.ts';
import { phantomObjects } from './support/phantom-objects.ts';
import { serviceClient, until } from './support/service-client.ts';

/**
 * The parts of compose.yaml that Debian packages, each with its configuration file and its secrets; what is changed are
 * addresses, ports and folders, as everything runs on one machine. PostgreSQL has no configuration file.
 */
const project = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(project, path), 'utf8');
type Settings = Readonly<Record<string, string | number>>;
const { services } = load(read('compose.yaml')) as {
  services: Readonly<Record<string, { environment: Settings; command: readonly string[] }>>;
};
const ROLES = ['api', 'worker', 'watcher'];

const closing: (() => Promise<unknown>)[] = [];
let folder: string;
const secretFile = (name: string) => join(folder, 'deploy/secrets', name);
const secret = (name: string) => readFileSync(secretFile(name), 'utf8').trim();
let orthancUrl: string;
let prometheusUrl: string;
let alertmanagerUrl: string;
let apiUrl: string;

function run(program: string, args: readonly string[]): ChildProcess {
  const child = spawn(program, args, { stdio: 'ignore', cwd: folder });
  closing.push(async () => {
    if (child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  });
  return child;
}

const json = async <T>(url: string): Promise<T> => (await fetch(url)).json() as Promise<T>;
const answers = (url: string, status = 200) =>
  until(url, async () => (await fetch(url).catch(() => null))?.status === status, { limitMs: 60_000 });

async function startOrthanc(): Promise<void> {
  const [http, dicom] = [await freePort(), await freePort()];
  const configured = JSON.parse(read('deploy/orthanc.json'));
  const stored = join(folder, 'orthanc');
  mkdirSync(join(folder, 'etc'));
  const moved = { HttpPort: http, DicomPort: dicom, StorageDirectory: stored, IndexDirectory: stored };
  writeFileSync(join(folder, 'etc/orthanc.json'), JSON.stringify({ ...configured, ...moved }));
  cpSync(secretFile('orthanc-users.json'), join(folder, 'etc/users.json'));
  run('Orthanc', [join(folder, 'etc')]);
  orthancUrl = `http://127.0.0.1:${http}`;
  // Nobody is let in without the password.
  await answers(`${orthancUrl}/system`, 401);
}

async function startRoles(databaseUrl: string): Promise<Map<string, ServiceProcess>> {
  writeFileSync(join(folder, 'database-url'), databaseUrl);
  const urls = new Map<string, ServiceProcess>();
  for (const role of ROLES) {
    const { environment } = services[role]!;
    const settings = Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [
        name,
        String(value).replace('/run/secrets/', join(folder, 'deploy/secrets/')),
      ]),
    );
    const started = await startServiceProcess(join(folder, 'data'), `${orthancUrl}/dicom-web`, {
      ...settings,
      PACS_URL: `${orthancUrl}/dicom-web`,
      DATABASE_URL_FILE: join(folder, 'database-url'),
      WATCH_POLL_MS: '250',
      WATCH_QUIET_MS: '1500',
      OPERATIONS_PORT: '0',
    });
    closing.push(() => started.stop());
    urls.set(role, started);
  }
  return urls;
}

/** Prometheus' file with this machine's addresses in place of the bench's names. */
async function startWatching(roles: ReadonlyMap<string, ServiceProcess>): Promise<void> {
  const [port, alerts] = [await freePort(), await freePort()];
  alertmanagerUrl = `http://127.0.0.1:${alerts}`;
  prometheusUrl = `http://127.0.0.1:${port}`;
  cpSync(join(project, 'prometheus'), join(folder, 'prometheus'), { recursive: true });
  const text = read('prometheus/prometheus.yml')
    .replaceAll('alertmanager:9093', `127.0.0.1:${alerts}`)
    .replaceAll('localhost:9090', `127.0.0.1:${port}`)
    .replaceAll('scrape_interval: 15s', 'scrape_interval: 1s')
    .replaceAll('evaluation_interval: 15s', 'evaluation_interval: 1s');
  const configured = load(text) as { scrape_configs: Record<string, unknown>[] };
  const job = configured.scrape_configs.find((each) => each['job_name'] === 'spinegrade')!;
  const [{ names }] = job['dns_sd_configs'] as [{ names: readonly string[] }];
  delete job['dns_sd_configs'];
  job['static_configs'] = [{ targets: names.map((name) => new URL(roles.get(name)!.operationsUrl!).host) }];
  writeFileSync(join(folder, 'prometheus/prometheus.yml'), dump(configured));
  const placed = (service: string, config: string) =>
    services[service]!.command.map((argument) =>
      argument
        .replace(/(--config\.file=).*/, `$1${join(folder, 'prometheus', config)}`)
        .replace(/(--storage[\w.]*path=).*/, `$1${join(folder, service)}`),
    );
  run('prometheus-alertmanager', [
    ...placed('alertmanager', 'alertmanager.yml'),
    `--web.listen-address=127.0.0.1:${alerts}`,
  ]);
  run('prometheus', [...placed('prometheus', 'prometheus.yml'), `--web.listen-address=127.0.0.1:${port}`]);
  await answers(`${alertmanagerUrl}/-/ready`);
  await answers(`${prometheusUrl}/-/ready`);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'test-bench-'));
  mkdirSync(join(folder, 'deploy'));
  cpSync(join(project, 'deploy/test-bench.sh'), join(folder, 'deploy/test-bench.sh'));
  execFileSync('sh', [join(folder, 'deploy/test-bench.sh'), 'secrets']);
  const place = await startLedgerPlace('postgresql');
  closing.push(() => place.remove());
  await startOrthanc();
  const roles = await startRoles(place.databaseUrl!);
  apiUrl = roles.get('api')!.url;
  await startWatching(roles);
}, 300_000);
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
  rmSync(folder, { recursive: true, force: true });
}, 120_000);

test('a study that is sent to the archive is noticed, graded and reported there, by three processes', async () => {
  const archive = dicomWebArchive({
    url: `${orthancUrl}/dicom-web`,
    authorization: { kind: 'basic', username: 'spinegrade', password: secret('orthanc-password') },
  });
  closing.push(() => archive.close());
  const objects = phantomObjects(41);
  const study = objects[0]!.studyInstanceUid;
  await storeAll(archive, objects);
  const client = serviceClient(apiUrl, secret('api-key'));
  const [first] = await until('an analysis', async () => {
    const all = await client.analyses(study);
    return all.length > 0 && all;
  });
  const ended = await client.ended(first!.id);
  expect(ended).toMatchObject({ state: 'stored', trigger: 'watch' });
  const instance = await archive.retrieveInstance(
    study,
    ended.report!.seriesInstanceUid as never,
    ended.report!.sopInstanceUid as never,
  );
  expect(instance).not.toBeNull();
  await expect(reportsIn(`${orthancUrl}/dicom-web`, study)).rejects.toThrow(/401/);
}, 240_000);

test('Prometheus scrapes every role, and its rules are loaded without a fault', async () => {
  interface Target {
    readonly labels: Readonly<Record<string, string>>;
    readonly health: string;
  }
  const up = await until('every target to be up', async () => {
    const { data } = await json<{ data: { activeTargets: readonly Target[] } }>(
      `${prometheusUrl}/api/v1/targets`,
    );
    const { activeTargets } = data;
    // None, until it has read who they are.
    return (
      activeTargets.length > ROLES.length &&
      activeTargets.every(({ health }) => health === 'up') &&
      activeTargets
    );
  });
  const jobs = up.map(({ labels }) => labels['job']);
  expect(jobs.filter((job) => job === 'spinegrade')).toHaveLength(ROLES.length);
  expect(jobs).toEqual(expect.arrayContaining(['prometheus', 'alertmanager']));
  const query = encodeURIComponent('count by (role, namespace) (spinegrade_info)');
  interface Sample {
    readonly metric: Readonly<Record<string, string>>;
  }
  const { data } = await json<{ data: { result: readonly Sample[] } }>(
    `${prometheusUrl}/api/v1/query?query=${query}`,
  );
  expect(data.result.map(({ metric }) => metric['role']).sort()).toEqual([...ROLES].sort());
  for (const { metric } of data.result) expect(metric['namespace']).toBe('test-bench');
  interface Rule {
    readonly name: string;
    readonly lastError?: string;
  }
  const rules = await json<{ data: { groups: readonly { rules: readonly Rule[] }[] } }>(
    `${prometheusUrl}/api/v1/rules`,
  );
  for (const rule of rules.data.groups.flatMap((group) => group.rules)) expect(rule.lastError ?? '').toBe('');
}, 120_000);

test('Prometheus has the Alertmanager, and an alert that it is sent is shown', async () => {
  await until('the Alertmanager to be found', async () => {
    const { data } = await json<{ data: { activeAlertmanagers: readonly { url: string }[] } }>(
      `${prometheusUrl}/api/v1/alertmanagers`,
    );
    return data.activeAlertmanagers.some(({ url }) => url.startsWith(alertmanagerUrl));
  });
  const alert = { labels: { alertname: 'Sample', severity: 'critical', namespace: 'test-bench' } };
  await fetch(`${alertmanagerUrl}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([alert]),
  });
  const shown = await until('the alert', async () => {
    const all = await json<readonly { labels: object; receivers: readonly { name: string }[] }[]>(
      `${alertmanagerUrl}/api/v2/alerts`,
    );
    return all.find(({ labels }) => JSON.stringify(labels).includes('Sample'));
  });
  expect(shown.receivers.map(({ name }) => name)).toEqual(['shown-only']);
}, 60_000);
