/**
 * Puts a study through the file tree of an image, with a real Orthanc beside it:
 *   node test/ci/run-image.ts ROOT IMAGE_JSON     (what buildah mount and buildah inspect --type image say)
 * Ends with 0 when everything held, and says what was measured.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { freePort } from '../../src/cli/demo/orthanc/free-port.ts';
import { instancesIn, storeAll } from '../support/archive-client.ts';
import { phantomObjects } from '../support/phantom-objects.ts';
import { serviceClient, until } from '../support/service-client.ts';
import { startTestSite } from '../support/test-site.ts';
import {
  type ImageConfig,
  inContainer,
  memoryGroup,
  processOne,
  startContainer,
  statusOf,
} from './image-container.ts';

const LIMIT_BYTES = 2 ** 30;
const mib = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
const say = (what: string, value: string) => void process.stdout.write(`  ${what.padEnd(34)} ${value}\n`);

const [root = '', imageFile = ''] = process.argv.slice(2);
const { config } = JSON.parse(readFileSync(imageFile, 'utf8')).Docker as { config: ImageConfig };

/** What it printed and how it ended. */
async function ended(child: ChildProcess) {
  const [out, error, [code]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, 'close'),
  ]);
  return { code: code as number, out, error };
}

function lookAtTheTree(): void {
  for (const path of ['', 'usr/local', 'usr/lib', 'app/node_modules', 'app/models', 'app/src']) {
    const [bytes] = execFileSync('du', ['-s', '--block-size=1', join(root, path)], {
      encoding: 'utf8',
    }).split('\t');
    say(path || 'the image', mib(Number(bytes)));
  }
  const programs = ['sh', 'bash', 'npm', 'npx', 'apt', 'dpkg', 'perl'];
  const found = execFileSync(
    'find',
    [root, '(', ...programs.flatMap((name) => ['-o', '-name', name]).slice(1), ')', '-not', '-type', 'd'],
    { encoding: 'utf8' },
  );
  assert.equal(found, '', 'no shell, no npm, no package manager');
  const tests = execFileSync(
    'find',
    [join(root, 'app/src'), '-name', '*.test.ts', '-o', '-name', '*.fixture.ts'],
    { encoding: 'utf8' },
  );
  assert.equal(tests, '', 'no tests');
  assert.match(config.User, /^\d+:\d+$/);
  assert.ok(config.Labels['org.opencontainers.image.version']);
}

async function runTheCommandLine(): Promise<void> {
  const codes = await ended(startContainer(root, config, ['src/cli/main.ts', 'codes'], {}));
  assert.equal(codes.code, 0, codes.error);
  assert.equal(codes.out, readFileSync('docs/reasons.md', 'utf8'));
  const settings = { PACS_URL: 'http://127.0.0.1:9/dicom-web', PORT: '0' };
  const refused = await ended(startContainer(root, config, config.Cmd, { settings }));
  assert.equal(refused.code, 1);
  assert.match(
    refused.error,
    /^spinegrade cannot start: the data folder \/data\/spinegrade cannot be written to: EROFS/,
  );
}

function lookAtTheProcess(pid: number, settings: Readonly<Record<string, string>>): void {
  const { Uid, NSpid, CapEff } = statusOf(pid) as { Uid: string; NSpid: string; CapEff: string };
  assert.equal(Uid.split('\t')[0], config.User.split(':')[0]);
  assert.equal(NSpid.split('\t').at(-1), '1');
  assert.equal(Number.parseInt(CapEff, 16), 0);
  inContainer(pid, config, config.Healthcheck.Test.slice(1), settings);
  const write = `try { fs.writeFileSync('/app/written', ''); console.log('written') } catch ({ code }) { console.log(code) }`;
  assert.equal(inContainer(pid, config, ['node', '-e', write], settings).trim(), 'EROFS');
}

async function runTheService(): Promise<void> {
  const site = await startTestSite();
  const data = mkdtempSync(join(tmpdir(), 'image-data-'));
  const group = memoryGroup(LIMIT_BYTES);
  const [uid, gid] = config.User.split(':').map(Number) as [number, number];
  chownSync(data, uid, gid);
  const port = await freePort();
  const settings = {
    PACS_URL: site.orthanc.dicomWebUrl,
    HOST: '127.0.0.1',
    PORT: String(port),
    WATCH_POLL_MS: '250',
    WATCH_QUIET_MS: '1500',
    WATCH_LOOK_BACK_DAYS: 'all',
  };
  const child = startContainer(root, config, config.Cmd, {
    settings,
    data,
    ...(group && { group: group.path }),
  });
  const lines: string[] = [];
  createInterface(child.stdout!).on('line', (line) => lines.push(line));
  createInterface(child.stderr!).on('line', (line) => lines.push(line));
  try {
    const began = performance.now();
    await until('the start', () => {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${lines.join('\n')}`);
      return lines.some((line) => line.includes('"service-started"'));
    });
    const pid = processOne(child);
    say('started within', `${Math.round(performance.now() - began)} ms, its database made`);
    say('resident at its highest so far', `${statusOf(pid)['VmHWM']}`);
    lookAtTheProcess(pid, settings);
    const objects = phantomObjects(1);
    const study = objects[0]!.studyInstanceUid;
    await storeAll(site.archive, objects);
    const client = serviceClient(`http://127.0.0.1:${port}`);
    const [first] = await until('an analysis', async () => {
      const all = await client.analyses(study);
      return all.length > 0 && all;
    });
    const analysis = await client.ended(first!.id);
    assert.equal(analysis.state, 'stored', JSON.stringify(analysis.failure));
    const kinds = (await instancesIn(site.orthanc.dicomWebUrl, study)).map(({ modality }) => modality);
    assert.ok(kinds.includes('SR') && kinds.includes('OT'), `in the archive: ${[...new Set(kinds)]}`);
    say('the study', `${objects.length} images, ${analysis.findings.length} findings, stored`);
    say('resident at its highest', `${statusOf(pid)['VmHWM']}`);
    say(
      'memory limit',
      group === null
        ? 'none could be set here'
        : `${mib(LIMIT_BYTES)}, at most ${mib(group.peak())} used with files' caches`,
    );
    if (group !== null) assert.equal(group.killed(), 0);
    process.kill(pid, 'SIGTERM');
    const stopping = performance.now();
    const [code] = await once(child, 'exit');
    assert.equal(code, 0, lines.slice(-5).join('\n'));
    say('SIGTERM to process 1', `ended with 0 after ${Math.round(performance.now() - stopping)} ms`);
  } finally {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      process.kill(processOne(child), 'SIGKILL');
      await gone;
    }
    // The kernel tells of the end of process 1 before it has left the group.
    if (group !== null) await until('the group to be empty', () => group.remove());
    rmSync(data, { recursive: true, force: true });
    await site.close();
  }
}

assert.ok(existsSync(root));
lookAtTheTree();
await runTheCommandLine();
await runTheService();
say('done', '');
