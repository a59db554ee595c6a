import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const require = createRequire(import.meta.url);
const { forbidden } = require('../.dependency-cruiser.cjs') as { forbidden: readonly { name: string }[] };
const ROOT = resolve(import.meta.dirname, '..');

/** For every wall a file and a line in it that breaks this wall and no other. */
const BREACHES: Readonly<Record<string, readonly [file: string, line: string]>> = {
  'no-circular': ['src/domain/ring.ts', "import './ring.ts';"],
  'room-without-walls': ['src/cli/b.ts', "import '../attic/room.ts';"],
  'nothing-imports-the-cli': ['src/server.ts', "import './cli/room.ts';"],
  'tests-wall': ['src/cli/c.ts', "import '../sr/room.fixture.ts';"],
  'dicomweb-client-wall': ['src/cli/inspect/d.ts', "import 'dicomweb-client';"],
  'onnx-wall': ['src/inference/a.ts', "import 'onnxruntime-node';"],
  'dcmjs-wall': ['src/fhir/a.ts', "import 'dcmjs';"],
  'queue-wall': ['src/database/a.ts', "import 'pg-boss';"],
  'database-wall': ['src/jobs/a.ts', "import 'pg';"],
  'http-wall': ['src/cli/e.ts', "import 'express';"],
  'traces-wall': ['src/jobs/b.ts', "import '@opentelemetry/api';"],
  'traces-on-demand': ['src/observe/a.ts', "import './traces/otlp-traces.ts';"],
  'archive-wall': ['src/watch/a.ts', "import 'undici';"],
  'socket-wall': ['src/study/a.ts', "import 'node:http';"],
  'process-wall': ['src/results/a.ts', "import 'node:child_process';"],
  'room-domain': ['src/domain/w.ts', "import '../process/room.ts';"],
  'room-process': ['src/process/w.ts', "import '../domain/room.ts';"],
  'room-dicom': ['src/dicom/w.ts', "import '../pixels/room.ts';"],
  'room-pixels': ['src/pixels/w.ts', "import '../volume/room.ts';"],
  'room-volume': ['src/volume/w.ts', "import '../series/room.ts';"],
  'room-series': ['src/series/w.ts', "import '../study/room.ts';"],
  'room-dicomweb': ['src/dicomweb/w.ts', "import '../config/room.ts';"],
  'room-study': ['src/study/w.ts', "import '../results/room.ts';"],
  'room-measure': ['src/measure/w.ts', "import '../inference/room.ts';"],
  'room-inference': ['src/inference/w.ts', "import '../dicomweb/room.ts';"],
  'room-sr': ['src/sr/w.ts', "import '../results/room.ts';"],
  'room-fhir': ['src/fhir/w.ts', "import '../http/room.ts';"],
  'room-worklist': ['src/worklist/w.ts', "import '../watch/room.ts';"],
  'room-database': ['src/database/w.ts', "import '../jobs/room.ts';"],
  'room-results': ['src/results/w.ts', "import '../jobs/room.ts';"],
  'room-observe': ['src/observe/w.ts', "import '../jobs/room.ts';"],
  'room-audit': ['src/audit/w.ts', "import '../http/room.ts';"],
  'room-shadow': ['src/shadow/w.ts', "import '../dicomweb/room.ts';"],
  'room-jobs': ['src/jobs/w.ts', "import '../analyze-study.ts';"],
  'room-callbacks': ['src/callbacks/w.ts', "import '../jobs/room.ts';"],
  'room-retention': ['src/retention/w.ts', "import '../jobs/room.ts';"],
  'room-watch': ['src/watch/w.ts', "import '../inference/room.ts';"],
  'room-cloudevents': ['src/cloudevents/w.ts', "import '../jobs/room.ts';"],
  'room-config': ['src/config/w.ts', "import '../dicomweb/room.ts';"],
  'room-http': ['src/http/w.ts', "import '../watch/room.ts';"],
  'only-the-process-wires': ['src/cli/f.ts', "import '../roles/room.ts';"],
  'room-phantom': ['src/phantom/w.ts', "import '../inference/room.ts';"],
  'room-evaluation': ['src/evaluation/w.ts', "import '../jobs/room.ts';"],
  'room-dataset': ['src/dataset/w.ts', "import '../results/room.ts';"],
};

/** Empty ones of these names stand where the rules look for them. */
const PACKAGES = [
  'dicomweb-client',
  'onnxruntime-node',
  'dcmjs',
  'pg-boss',
  'pg',
  'express',
  'undici',
  '@opentelemetry/api',
];

const folder = await mkdtemp(join(tmpdir(), 'walls-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), text);
}

/** The tool's answer, whatever its exit code. */
function run(tool: string, args: readonly string[]): Promise<string> {
  const bin = join(ROOT, 'node_modules', '.bin', tool);
  return new Promise((done) => {
    execFile(bin, args, { cwd: folder, maxBuffer: 2 ** 26 }, (_, stdout, stderr) => done(stdout + stderr));
  });
}

beforeAll(async () => {
  for (const name of PACKAGES) await write(`node_modules/${name}/index.js`, '');
  for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json']) {
    await copyFile(join(ROOT, name), join(folder, name));
  }
  await writeFile(join(folder, 'biome.json'), await withoutGit());
  const rooms = Object.keys(BREACHES).filter((name) => name.startsWith('room-'));
  for (const room of [...rooms.map((name) => name.slice('room-'.length)), 'cli', 'attic', 'roles']) {
    await write(`src/${room}/room.ts`, 'export {};\n');
  }
  await write('src/sr/room.fixture.ts', 'export {};\n');
  await write('src/observe/traces/otlp-traces.ts', 'export {};\n');
  for (const file of ['compose', 'analyze-study']) await write(`src/${file}.ts`, 'export {};\n');
  for (const [file, line] of Object.values(BREACHES)) await write(file, `${line}\n`);
});

/** The rules alone: there is no repository here. */
async function withoutGit(): Promise<string> {
  const { vcs: _, ...rules } = require('../biome.json') as Record<string, unknown>;
  return JSON.stringify({ ...rules, $schema: undefined });
}

test('every wall that dependency-cruiser keeps fails on a line that breaks it, and on no other', async () => {
  const report = await run('depcruise', ['--output-type', 'json', 'src']);
  const { summary } = JSON.parse(report) as {
    summary: { violations: readonly { from: string; rule: { name: string } }[] };
  };
  const broken = summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`).toSorted();
  expect(broken).toEqual(
    Object.entries(BREACHES)
      .map(([name, [file]]) => `${name}: ${file}`)
      .toSorted(),
  );
  expect(Object.keys(BREACHES).toSorted()).toEqual(forbidden.map(({ name }) => name).toSorted());
});

describe('the walls that biome keeps', () => {
  const lint = async (file: string, text: string) => {
    await write(file, text);
    return run('biome', ['lint', file]);
  };

  test('only src/config reads the environment', async () => {
    const text = 'export const home = process.env;\n';
    expect(await lint('src/jobs/environment.ts', text)).toContain('noProcessEnv');
    expect(await lint('src/config/environment.ts', text)).not.toContain('noProcessEnv');
  });

  test('only the command line, a client of its own service, fetches', async () => {
    const text = "export const answer = fetch('http://127.0.0.1/');\n";
    expect(await lint('src/http/fetching.ts', text)).toContain('noRestrictedGlobals');
    expect(await lint('src/cli/fetching.ts', text)).not.toContain('noRestrictedGlobals');
  });
});
