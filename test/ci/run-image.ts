/**
 * Runs containers of an image with Podman and puts a study through one, with a real Orthanc beside it:
 *   node test/ci/run-image.ts IMAGE [--without-service]
 * Without the service, where another machine's processor is emulated: it takes minutes to start there, and an hour for a
 * study.
 * Ends with 0 when everything held, and says what was measured.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../src/cli/demo/orthanc/free-port.ts';
import { instancesIn, storeAll } from '../support/archive-client.ts';
import { phantomObjects } from '../support/phantom-objects.ts';
import { serviceClient, until } from '../support/service-client.ts';
import { startTestSite } from '../support/test-site.ts';
import { type Container, podman, runToItsEnd, startContainer, statusOf } from './container.ts';

const LIMIT_BYTES = 2 ** 30;
const STOP_LIMIT_SECONDS = 40;
const mib = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
const say = (what: string, value: string) => void process.stdout.write(`  ${what.padEnd(34)} ${value}\n`);

const [image = '', only] = process.argv.slice(2);
const [{ Config: config }] = JSON.parse(podman('image', 'inspect', image)) as [
  { Config: { User: string; Labels: Readonly<Record<string, string>> } },
];

function lookAtTheTree(): void {
  const root = podman('image', 'mount', image).trim();
  const find = (...args: readonly string[]) => execFileSync('find', args, { encoding: 'utf8' });
  for (const path of ['', 'usr/local', 'usr/lib', 'app/node_modules', 'app/models', 'app/src']) {
    const [bytes] = execFileSync('du', ['-s', '--block-size=1', join(root, path)], {
      encoding: 'utf8',
    }).split('\t');
    say(path || 'the image', mib(Number(bytes)));
  }
  const programs = ['sh', 'bash', 'npm', 'npx', 'apt', 'dpkg', 'perl'];
  const named = programs.flatMap((name) => ['-o', '-name', name]).slice(1);
  assert.equal(
    find(root, '(', ...named, ')', '-not', '-type', 'd'),
    '',
    'no shell, no npm, no package manager',
  );
  const tests = ['-name', '*.test.ts', '-o', '-name', '*.fixture.ts'];
  assert.equal(find(join(root, 'app/src'), ...tests), '', 'no tests');
  podman('image', 'umount', image);
  assert.match(config.User, /^\d+:\d+$/);
  assert.ok(config.Labels['org.opencontainers.image.version']);
}

function runTheCommandLine(): void {
  const codes = runToItsEnd(image, ['src/cli/main.ts', 'codes']);
  assert.equal(codes.code, 0, codes.error);
  assert.equal(codes.out, readFileSync('docs/reasons.md', 'utf8'));
  const settings = { PACS_URL: 'http://127.0.0.1:9/dicom-web', HOST: '127.0.0.1', PORT: '0' };
  const refused = runToItsEnd(image, [], { ...settings, DATA_DIR: '/app/data' });
  assert.equal(refused.code, 1);
  assert.match(
    refused.error,
    // An engine may warn first that the image is for another processor.
    /^spinegrade cannot start: the data folder \/app\/data cannot be written to: EROFS/m,
  );
  lookAtWhatIsCompiled({ ...settings, DATA_DIR: '/app/data' });
}

/** A start reads what V8 made of the program at the one within the build. */
function lookAtWhatIsCompiled(settings: Readonly<Record<string, string>>): void {
  const { error } = runToItsEnd(image, [], { ...settings, NODE_DEBUG_NATIVE: 'COMPILE_CACHE' });
  const asked = error.split('\n').filter((line) => line.includes('reading cache from'));
  const read = asked.filter((line) => line.includes('success'));
  say('compiled when it was built', `${read.length} of ${asked.length} that a start asks for`);
  assert.ok(read.length > 1_000 && read.length > 0.95 * asked.length, asked.slice(-3).join('\n'));
}

async function lookAtTheProcess(container: Container): Promise<void> {
  const { Uid, NSpid, CapEff, NoNewPrivs, Seccomp } = statusOf(container.pid) as Record<string, string>;
  assert.equal(Uid!.split('\t')[0], config.User.split(':')[0]);
  assert.equal(NSpid!.split('\t').at(-1), '1');
  assert.equal(Number.parseInt(CapEff!, 16), 0);
  assert.equal(NoNewPrivs, '1');
  say('system calls', Seccomp === '2' ? 'filtered by the engine’s profile' : 'not filtered here');
  // Its seconds are few where other work keeps the processors busy.
  await until('the health check', () => container.isHealthy(), { pollMs: 1000 });
  const write = `try { fs.writeFileSync('/app/written', ''); console.log('written') } catch ({ code }) { console.log(code) }`;
  assert.equal(container.run(['node', '-e', write]).trim(), 'EROFS');
}

async function runTheService(): Promise<void> {
  const site = await startTestSite();
  const port = await freePort();
  const began = performance.now();
  const container = startContainer(image, LIMIT_BYTES, {
    PACS_URL: site.orthanc.dicomWebUrl,
    HOST: '127.0.0.1',
    PORT: String(port),
    WATCH_POLL_MS: '250',
    WATCH_QUIET_MS: '1500',
    WATCH_LOOK_BACK_DAYS: 'all',
  });
  try {
    await until(
      'the start',
      () => {
        if (!container.state().Running) throw new Error(`it ended:\n${container.lines().join('\n')}`);
        return container.lines().some((line) => line.includes('"service-started"'));
      },
      { pollMs: 200 },
    );
    say('started within', `${Math.round(performance.now() - began)} ms, its database made`);
    await lookAtTheProcess(container);
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
    say('resident at its highest', `${statusOf(container.pid)['VmHWM']}`);
    const peak = mib(container.memoryPeak());
    say('memory limit', `${mib(LIMIT_BYTES)}, at most ${peak} used with files' caches`);
    const stopping = performance.now();
    container.stop(STOP_LIMIT_SECONDS);
    const { ExitCode, OOMKilled } = container.state();
    assert.equal(ExitCode, 0, container.lines().slice(-5).join('\n'));
    assert.equal(OOMKilled, false);
    say('its stop signal to process 1', `ended with 0 within ${Math.round(performance.now() - stopping)} ms`);
  } finally {
    container.remove();
    await site.close();
  }
}

lookAtTheTree();
runTheCommandLine();
if (only !== '--without-service') await runTheService();
say('done', '');
