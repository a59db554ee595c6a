import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { readConfig, settingNames } from './config.ts';
import { ConfigError } from './config-error.ts';

const PACS_URL = 'http://127.0.0.1:8042/dicom-web';

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

/** NAME=value lines of .env.example. */
function example(): Record<string, string> {
  const lines = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8').split('\n');
  const settings = lines.filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    settings.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

describe('.env.example', () => {
  test('names every setting and no other', () => {
    expect(Object.keys(example()).sort()).toEqual([...settingNames()].sort());
  });

  test('gives the defaults', () => {
    const { PACS_URL: url, ...rest } = example();
    expect(readConfig({ PACS_URL: url, ...rest })).toEqual(readConfig({ PACS_URL: url }));
  });
});

test('only PACS_URL is needed; a slash at its end does not matter', () => {
  const config = readConfig({
    PACS_URL: `${PACS_URL}/`,
    HOME: '/root',
    JOB_NAME: 'nightly',
    PACS_PORT: 'tcp://1',
  });
  expect(config.pacs).toEqual({
    url: PACS_URL,
    roots: {},
    credentials: { kind: 'none' },
    headers: null,
    tls: null,
    proxies: null,
    connections: 8,
    requestsPerSecond: null,
    timeoutMs: 60_000,
    totalTimeoutMs: 600_000,
  });
  expect(config.http).toEqual({ host: '127.0.0.1', port: 8080, tls: null, operations: null });
  expect(config.access).toEqual({
    authentication: 'unsaid',
    keys: null,
    oidc: null,
    sessionMs: 28_800_000,
    limits: { perAddress: 6_000, perKey: 3_000 },
    trustedProxies: [],
    auditLog: null,
  });
  expect(config.databaseUrl).toBeNull();
});

test('names every problem at once', () => {
  const problems = problemsOf({
    PACS_USERNAME: 'reader',
    PORT: '70000',
    WATCH: 'maybe',
    EXECUTION_PROVIDERS: 'cuda,tpu',
    WATCH_LOOK_BACK_DAYS: 'everything',
    JOB_CONCURENCY: '2',
    DATABASE_URL: 'mysql://grader:hunter2@db/ledger',
    SR_MANUFACTURER: 'a\\b',
    LOG_LEVEL: 'loud',
    JOB_TIMEOUT_MS: '1e6',
    DECODER_THREADS: '0',
    STUDY_MAX_FRAME_MS: '30s',
  });
  const names = problems.map((problem) => problem.split(' ')[0]).sort();
  expect(names).toEqual([
    'DATABASE_URL',
    'DECODER_THREADS',
    'EXECUTION_PROVIDERS',
    'JOB_CONCURENCY',
    'JOB_TIMEOUT_MS',
    'LOG_LEVEL',
    'PACS_URL',
    'PACS_USERNAME',
    'PORT',
    'SR_MANUFACTURER',
    'STUDY_MAX_FRAME_MS',
    'WATCH',
    'WATCH_LOOK_BACK_DAYS',
  ]);
  expect(problems).toContain('JOB_CONCURENCY is not a setting: is JOB_CONCURRENCY meant?');
  expect(problems.join()).not.toContain('hunter2');
});

test('the studies of a worker may take together what one may, or more, and never less', () => {
  const memory = (env: Record<string, string>) =>
    readConfig({ PACS_URL, ...env }).jobs.memoryBytes / 1024 ** 2;
  expect(memory({ STUDY_MAX_MEMORY_MIB: '512' })).toBe(512);
  expect(memory({ STUDY_MAX_MEMORY_MIB: '512', JOB_MEMORY_MIB: '1024' })).toBe(1024);
  expect(problemsOf({ PACS_URL, JOB_MEMORY_MIB: '1024' })).toEqual([
    'JOB_MEMORY_MIB is less than STUDY_MAX_MEMORY_MIB: one study could take more than all of them may',
  ]);
});

test('reads credentials of either kind, from a file too, and refuses contradictions', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spinegrade-config-'));
  const file = join(folder, 'token');
  writeFileSync(file, 'from-a-file\n');
  const bearer = readConfig({ PACS_URL, PACS_TOKEN_FILE: file }).pacs.credentials;
  expect(bearer.kind === 'bearer' && bearer.token.reveal()).toBe('from-a-file');
  const basic = readConfig({ PACS_URL, PACS_USERNAME: 'reader', PACS_PASSWORD: 'hunter2' }).pacs.credentials;
  expect(basic.kind === 'basic' && [basic.username, basic.password.reveal()]).toEqual(['reader', 'hunter2']);

  writeFileSync(file, '\n');
  expect(problemsOf({ PACS_URL, PACS_TOKEN_FILE: file })).toEqual([
    `PACS_TOKEN_FILE names an empty file: ${file}`,
  ]);
  rmSync(folder, { recursive: true });
  expect(problemsOf({ PACS_URL, PACS_TOKEN_FILE: file })).toEqual([
    `PACS_TOKEN_FILE names a file that cannot be read (ENOENT): ${file}`,
  ]);
  expect(problemsOf({ PACS_URL, PACS_TOKEN: 'a', PACS_TOKEN_FILE: 'b' })).toHaveLength(1);
  expect(problemsOf({ PACS_URL, PACS_TOKEN: 'a', PACS_USERNAME: 'b', PACS_PASSWORD: 'c' })).toHaveLength(1);
  expect(problemsOf({ PACS_URL, PACS_PASSWORD: 'c' })).toEqual([
    'PACS_PASSWORD is set without PACS_USERNAME',
  ]);
});

test.each([
  'ftp://pacs/dicom-web',
  'pacs:8042',
  'http://reader:hunter2@pacs/dicom-web',
  'http://pacs/dicom-web?token=hunter2',
])('refuses the archive address %s without repeating it', (url) => {
  const problems = problemsOf({ PACS_URL: url });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(/^PACS_URL must/);
  expect(problems[0]).not.toContain('hunter2');
});

test('shows no secret when printed, serialised or refused', () => {
  const env = {
    PACS_URL,
    PACS_USERNAME: 'reader',
    PACS_PASSWORD: 'hunter2',
    DATABASE_URL: 'postgresql://grader:hunter2@db/ledger',
    LOG_PSEUDONYM_KEY: 'hunter2',
  };
  const config = readConfig(env);
  for (const shown of [inspect(config, { depth: 9 }), JSON.stringify(config), `${config.databaseUrl}`]) {
    expect(shown).not.toContain('hunter2');
  }
  expect(problemsOf({ ...env, DATABASE_URL: 'mysql://hunter2', PORT: 'x' }).join()).not.toContain('hunter2');
});

test('all looks back without a date filter', () => {
  expect(readConfig({ PACS_URL, WATCH_LOOK_BACK_DAYS: 'all' }).watch.lookBackDays).toBeNull();
  expect(readConfig({ PACS_URL, WATCH_LOOK_BACK_DAYS: '30' }).watch.lookBackDays).toBe(30);
});

describe('traces', () => {
  const COLLECTOR = { PACS_URL, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' };

  test('are off without an endpoint, whatever a platform sets for every program', () => {
    const others = {
      OTEL_SERVICE_NAME: 'x',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_TRACES_SAMPLER: 'xray',
      OTEL_PROPAGATORS: 'tracecontext,baggage',
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces',
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_INSECURE: 'true',
      OTEL_EXPORTER_OTLP_CERTIFICATE: '/ca.pem',
      OTEL_BSP_SCHEDULE_DELAY: '1',
    };
    expect(readConfig({ PACS_URL, ...others }).traces).toBeNull();
  });

  test('go where OpenTelemetry’s settings say, in the name that they give', () => {
    const attributes = 'service.namespace=radiology%2C%20west, service.name=grader';
    const read = readConfig({ ...COLLECTOR, OTEL_RESOURCE_ATTRIBUTES: attributes }).traces!;
    expect(read).toEqual({
      url: 'http://collector:4318/v1/traces',
      headers: null,
      timeoutMs: 2000,
      sampler: 'parentbased_always_on',
      ratio: 1,
      resource: { 'service.namespace': 'radiology, west', 'service.name': 'grader' },
    });
    const named = readConfig({
      ...COLLECTOR,
      OTEL_RESOURCE_ATTRIBUTES: attributes,
      OTEL_SERVICE_NAME: 'other',
    });
    expect(named.traces!.resource['service.name']).toBe('other');
    expect(readConfig(COLLECTOR).traces!.resource).toEqual({ 'service.name': 'spinegrade' });
  });

  test.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://user:hunter2@collector:4318'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'authorization: Bearer hunter2'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'authorization=%E0hunter2'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=hunter2%0D%0Ab: c'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '2s'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'service.namespace'],
    ['OTEL_TRACES_SAMPLER', 'xray'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.1'],
    ['OTEL_TRACES_SAMPLER_ARG', '10%'],
    ['OTEL_SERVICE_NAMES', 'x'],
  ])('%s=%s is refused by its name', (name, value) => {
    const problems = problemsOf({ ...COLLECTOR, [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(name);
    expect(problems[0]).not.toContain('hunter2');
  });
});

test('a canary pack and its share are set together', () => {
  expect(problemsOf({ PACS_URL, CANARY_SHARE: '5' })).toEqual(['CANARY_SHARE is set without CANARY_PACK']);
  expect(problemsOf({ PACS_URL, CANARY_PACK: 'packs/next' })).toEqual([
    'CANARY_PACK is set without CANARY_SHARE: 0 to 100 % of the studies',
  ]);
  expect(problemsOf({ PACS_URL, CANARY_PACK: 'packs/next', CANARY_SHARE: '101' })).toEqual([
    expect.stringContaining('CANARY_SHARE must be a whole number from 0 to 100'),
  ]);
  const { model } = readConfig({ PACS_URL, CANARY_PACK: 'packs/next', CANARY_SHARE: '0' });
  expect(model.canary).toEqual({ packDir: 'packs/next', sharePercent: 0 });
});

describe('CALLBACKS', () => {
  const rules = (host: string, secret = `whsec_${'A'.repeat(43)}=`) =>
    JSON.stringify({ hosts: [{ host, secrets: [secret] }] });

  test('is read again when its file changes; one that is wrong is not heeded', () => {
    const folder = mkdtempSync(join(tmpdir(), 'callbacks-'));
    const file = join(folder, 'callbacks.json');
    writeFileSync(file, rules('one.example'));
    const { callbacks } = readConfig({ PACS_URL: 'http://pacs/', CALLBACKS_FILE: file });
    const hosts = () => callbacks.rules().hosts.map(({ host }) => host);
    expect(hosts()).toEqual(['one.example']);
    writeFileSync(file, rules('another.example'));
    expect(hosts()).toEqual(['another.example']);
    writeFileSync(file, '{"hosts": [{"host": "third.example", "secrets": []}]}');
    expect(hosts()).toEqual(['another.example']);
    rmSync(folder, { recursive: true });
  });

  test('every problem of it is told, and no secret', () => {
    const secret = 'whsec_dG9vIHNob3J0';
    const read = () => readConfig({ PACS_URL: 'http://pacs/', CALLBACKS: rules('https://a/', secret) });
    expect(read).toThrow(
      /CALLBACKS: \/hosts\/0\/host.*CALLBACKS: \/hosts\/0\/secrets\/0 must be whsec_ and/s,
    );
    expect(read).not.toThrow(secret);
  });
});

test('EVENT_KINDS_FILE: every problem is told; it needs a watcher where it has one look', () => {
  const folder = mkdtempSync(join(tmpdir(), 'events-'));
  const EVENT_KINDS_FILE = join(folder, 'events.json');
  const read = (kind: object, env: object = {}) => {
    writeFileSync(EVENT_KINDS_FILE, JSON.stringify({ kinds: [kind] }));
    return readConfig({ PACS_URL: 'http://pacs/', EVENT_KINDS_FILE, ...env }).eventKinds.kinds;
  };
  expect(read({ form: 'azure-dicom' })).toHaveLength(1);
  expect(() => read({ form: 'aws' })).toThrow('EVENT_KINDS_FILE: /kinds/0/form must be equal');
  const unwatched = { WATCH: 'false' };
  expect(() => read({ form: 'azure-dicom' }, unwatched)).toThrow('EVENT_KINDS_FILE has the watcher look');
  expect(read({ form: 'azure-dicom', action: 'analyze' }, unwatched)).toHaveLength(1);
  rmSync(folder, { recursive: true });
});

test('RETENTION: days or forever, bytes no longer than their records', () => {
  const read = (env: object) => readConfig({ PACS_URL: 'http://pacs/', ...env }).retention;
  expect(read({})).toEqual({ resultBytesDays: 7, recordsDays: 400 });
  expect(read({ RETENTION_RECORDS_DAYS: 'forever' })).toEqual({ resultBytesDays: 7, recordsDays: null });
  for (const env of [
    { RETENTION_RESULT_BYTES_DAYS: '401' },
    { RETENTION_RESULT_BYTES_DAYS: 'forever' },
    { RETENTION_RECORDS_DAYS: '0' },
    { RETENTION_RECORDS_DAYS: 'ever' },
  ]) {
    expect(() => read(env)).toThrow(/RETENTION_/);
  }
});
