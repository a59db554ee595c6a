import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServiceProcess, startServiceProcess } from '../src/cli/demo/service-process.ts';
import { metricValue, serviceClient, until } from './support/service-client.ts';

/** A line of a stack trace: nothing an operator can use. */
const STACK = /^\s+at /m;
/** Nothing listens there. */
const NO_PACS = 'http://127.0.0.1:9/dicom-web';
const PACK = fileURLToPath(new URL('../models/default', import.meta.url));
const WITHOUT_SEGMENTER = fileURLToPath(new URL('../models/phantom', import.meta.url));

let folder: string;
let service: ServiceProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'service-settings-test-'));
  // The npm package of ONNX Runtime comes without CUDA's libraries, whatever the machine has.
  service = await startServiceProcess(join(folder, 'data'), NO_PACS, {
    EXECUTION_PROVIDERS: 'cuda,cpu',
    RESULT_OBJECTS: 'SR,SEG',
  });
}, 300_000);

afterAll(async () => {
  await service?.stop();
  await rm(folder, { recursive: true, force: true });
});

function eventsOf(of: ServiceProcess, event: string) {
  const entries = of.lastLines().flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
  return entries.filter((entry) => entry.event === event);
}

/** What the service said before it ended with exit code 1. */
async function refusal(environment: Readonly<Record<string, string>>, dataDir = join(folder, 'unused')) {
  const started = startServiceProcess(dataDir, NO_PACS, environment);
  const error = await started.then(
    async (unexpected) => {
      await unexpected.stop();
      throw new Error('the service started');
    },
    (cause: Error) => cause,
  );
  const [first, ...said] = error.message.split('\n');
  expect(first).toBe('the service ended with 1:');
  return said.join('\n');
}

describe('the service does not start', () => {
  test('with settings that are missing, malformed, contradictory or misspelt, and names them all', async () => {
    const said = await refusal({
      PACS_URL: '',
      PACS_TOKEN: 'let-me-in',
      PACS_USERNAME: 'someone',
      PORT: '80800',
      WATCH_QUIET_MS: '-1',
      WATCH_POL_MS: '100',
      JOB_CONCURRENCY: 'two',
      EXECUTION_PROVIDERS: 'cpu,tpu',
      DATABASE_URL: 'mysql://localhost/spinegrade',
      LOG_LEVEL: 'loud',
    });
    const problems = said.split('\n').filter((line) => line.startsWith('  - '));
    const names = problems.map((line) => /[A-Z][A-Z_]+/.exec(line)![0]).sort();
    expect(names).toEqual([
      'DATABASE_URL',
      'EXECUTION_PROVIDERS',
      'JOB_CONCURRENCY',
      'LOG_LEVEL',
      'PACS_TOKEN',
      'PACS_URL',
      'PORT',
      'WATCH_POL_MS',
      'WATCH_QUIET_MS',
    ]);
    expect(said).not.toContain('let-me-in');
    expect(said).not.toMatch(STACK);
  }, 240_000);

  test('where other machines reach it and nothing says who may ask', async () => {
    const said = await refusal({ HOST: '0.0.0.0' });
    expect(said).toMatch(/HOST=0\.0\.0\.0 is reached from other machines, and AUTH says not who may ask/);
    expect(said).not.toMatch(STACK);
  }, 240_000);

  test('on the data folder of another process, and says which process that is', async () => {
    const said = await refusal({}, join(folder, 'data'));
    expect(said).toMatch(/data folder .* is in use by another process \(process \d+, since /);
    expect(said).toContain(`process ${service.pid},`);
    expect(said).not.toMatch(STACK);
  }, 240_000);

  test('with a model pack whose file is not the one in its manifest, and names the file', async () => {
    const pack = join(folder, 'pack');
    await cp(PACK, pack, { recursive: true });
    const network = join(pack, 'classifier.onnx');
    const bytes = await readFile(network);
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(network, bytes);
    const said = await refusal({ MODEL_PACK: pack });
    expect(said).toMatch(/classifier\.onnx: its SHA-256 is not the one in the manifest/);
    expect(said).not.toContain('localiser.onnx');
    expect(said).not.toMatch(STACK);
  }, 240_000);

  test('with a model pack that is not there, and names the folder', async () => {
    const missing = join(folder, 'no-such-pack');
    const said = await refusal({ MODEL_PACK: missing });
    expect(said).toContain(missing);
    expect(said).not.toMatch(STACK);
  }, 240_000);

  test('without the execution provider it was told to require', async () => {
    const said = await refusal({ EXECUTION_PROVIDERS: 'cuda,cpu', EXECUTION_PROVIDER_REQUIRED: 'true' });
    expect(said).toContain('cuda');
    expect(said).not.toMatch(STACK);
  }, 240_000);
});

test('segmentations that no pack can outline are asked for: the service starts and warns', async () => {
  const environment = { MODEL_PACK: WITHOUT_SEGMENTER, RESULT_OBJECTS: 'SR,SEG' };
  const other = await startServiceProcess(join(folder, 'other'), NO_PACS, environment);
  try {
    const [warning, ...more] = eventsOf(other, 'nothing-outlines');
    expect(warning).toMatchObject({ level: 40, packs: ['spinegrade-phantom'] });
    expect(more).toEqual([]);
  } finally {
    await other.stop();
  }
  expect(eventsOf(service, 'nothing-outlines')).toEqual([]);
}, 240_000);

describe('where CUDA is preferred and missing, and no PACS is there', () => {
  test('the service runs on the CPU and says so in its log, its metrics and its readiness', async () => {
    const warnings = eventsOf(service, 'execution-provider-fallback');
    expect(warnings).toMatchObject([{ level: 40, wanted: 'cuda', used: 'cpu' }]);
    const client = serviceClient(service.url);
    const fallbacks = 'spinegrade_execution_provider_fallbacks_total{wanted="cuda",used="cpu"}';
    expect(metricValue(await client.metrics(), fallbacks)).toBe(1);
    const { body } = await client.readiness();
    expect(body.checks.modelPack).toMatchObject({ ok: true, executionProvider: 'cpu' });
    expect(service.model).toMatch(/ on cpu$/);
  });

  test('it is not ready, and says that it is the archive', async () => {
    const client = serviceClient(service.url);
    await until('the failure of a poll', async () => !(await client.readiness()).body.checks.watcher.ok);
    const { status, body } = await client.readiness();
    expect(status).toBe(503);
    expect(body.checks.archive).toEqual({ ok: false, detail: 'the archive does not answer' });
  });
});
