import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Treatment } from '../../../../test/support/inference-server.ts';
import { tlsCertificate } from '../../../../test/support/tls-certificate.ts';
import { FEEDS, remoteBench, TINY } from './remote-bench.fixture.ts';

const { serving, asking } = remoteBench();

/** A server that was looked at, and treats the runs that follow one after another. */
async function treated(treatments: readonly Treatment[], options: Parameters<typeof asking>[1] = {}) {
  const at = await serving();
  const asked = await asking(at, options);
  await asked.server.verify();
  asked.exchanges.splice(0);
  const left = [...treatments];
  at.treat = ({ path }) => (path.endsWith('/infer') ? (left.shift() ?? null) : null);
  return { at, ...asked };
}

describe('what passes is tried again, by the same request', () => {
  test.each<[string, Treatment]>([
    ['503', { status: 503, headers: { 'retry-after': '0' } }],
    ['429', { status: 429 }],
    ['a connection that is cut', 'cut'],
  ])('%s', async (_, treatment) => {
    const { runner, exchanges } = await treated([treatment, treatment]);
    expect((await runner.run(FEEDS))['logits']!.data).toHaveLength(30);
    expect(exchanges.map(({ call, end }) => `${call} ${end}`)).toHaveLength(3);
    expect(exchanges[2]).toMatchObject({ call: 'infer', status: 200, end: 'whole' });
  });

  test('as long as the server asks for', async () => {
    const { runner } = await treated([{ status: 503, headers: { 'retry-after': '1' } }]);
    const startedAt = performance.now();
    await runner.run(FEEDS);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990);
  });

  test('and no more often than so', async () => {
    const busy: Treatment = { status: 503, body: JSON.stringify({ error: 'no instance is free' }) };
    const { runner } = await treated([busy, busy, busy]);
    await expect(runner.run(FEEDS)).rejects.toMatchObject({
      code: 'inference-unreachable',
      status: 503,
      message: 'model tiny: HTTP 503: no instance is free',
    });
  });
});

test('what does not pass is not', async () => {
  const { runner, exchanges } = await treated([{ status: 500, body: '{"error":"out of memory"}' }]);
  await expect(runner.run(FEEDS)).rejects.toMatchObject({
    code: 'inference-fault',
    message: 'model tiny: HTTP 500: out of memory',
  });
  expect(exchanges).toHaveLength(1);
});

test('a server that hangs has its time and no second one', async () => {
  const { at, runner, exchanges } = await treated(['hang', 'hang'], { timeoutMs: 300 });
  await expect(runner.run(FEEDS)).rejects.toMatchObject({
    code: 'inference-unreachable',
    message: 'model tiny: no complete answer in time',
  });
  expect(exchanges).toMatchObject([{ status: null, end: 'broken' }]);
  await expect.poll(() => at.requests.at(-1)!.tornDown).toBe(true);
});

test('an abort reaches the server: its request is torn down', async () => {
  const { at, runner, exchanges } = await treated(['hang']);
  const abort = new AbortController();
  const run = runner.run(FEEDS, abort.signal);
  await expect.poll(() => at.requests.at(-1)!.path).toMatch(/infer$/);
  await delay(20);
  expect(at.requests.at(-1)!.tornDown).toBe(false);
  abort.abort(new Error('not wanted any more'));
  await expect(run).rejects.toThrow('not wanted any more');
  await expect.poll(() => at.requests.at(-1)!.tornDown).toBe(true);
  expect(exchanges).toMatchObject([{ end: 'called-off' }]);
});

describe('an answer that is none is refused', () => {
  const answer = (changed: object): Treatment => ({
    status: 200,
    body: JSON.stringify({ model_name: 'tiny', model_version: '1', ...changed }),
  });
  const output = (more: object) => ({ name: 'logits', datatype: 'FP32', shape: [5, 2, 3], ...more });
  test.each<[string, Treatment]>([
    ['the answer is no JSON object', { status: 200, body: 'OK' }],
    ['the answer has another id than the request', answer({ id: 'other', outputs: [] })],
    [
      'the answer is shorter than it says',
      { status: 200, body: '{}', headers: { 'inference-header-content-length': '900' } },
    ],
    ['the answer is larger than 1049536 bytes', { status: 200, body: Buffer.alloc(2 * 1024 ** 2, 32) }],
  ])('%s', async (words, treatment) => {
    const { runner } = await treated([treatment]);
    await expect(runner.run(FEEDS)).rejects.toMatchObject({
      code: 'inference-fault',
      message: `model tiny: ${words}`,
    });
  });

  test.each<[string, object]>([
    ['the answer is of another model huge', { model_name: 'huge', outputs: [] }],
    ['the answer lacks output logits', { outputs: [] }],
    ['output logits is INT64, not FP32', { outputs: [output({ datatype: 'INT64' })] }],
    ['output logits is [30], the manifest says [5,2,3]', { outputs: [output({ shape: [30] })] }],
    ['output logits has not the 30 values of its shape', { outputs: [output({ data: [1, 2] })] }],
    [
      'output logits has not the 30 values of its shape',
      { outputs: [output({ parameters: { binary_data_size: 200 } })] },
    ],
    [
      'output logits holds values that are not finite',
      { outputs: [output({ data: new Array(30).fill(1e300) })] },
    ],
  ])('%s', async (words, changed) => {
    const { at, runner } = await treated([]);
    // The id of the request stands in its body.
    at.rewrite = (json) => ({ ...json, ...changed });
    await expect(runner.run(FEEDS)).rejects.toMatchObject({
      code: 'inference-fault',
      message: `model tiny: ${words}`,
    });
  });
});

test('credentials go with every request, and are read again when they are refused', async () => {
  const at = await serving();
  const secrets = ['Bearer old', 'Bearer new'];
  const authorization = { reveal: () => secrets[0]!, renew: () => secrets.at(-1)! };
  at.treat = ({ headers }) => (headers['authorization'] === 'Bearer new' ? null : { status: 401 });
  const { server } = await asking(at, { authorization });
  await server.verify();
  secrets.pop();
  await expect(server.verify()).rejects.toMatchObject({
    code: 'inference-refuses-credentials',
    message: 'inference server: /v2/health/live: HTTP 401',
  });
});

test('TLS by an authority of the site', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'inference-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { certificateFile, tls } = tlsCertificate(folder, 5);
  const at = await serving(TINY, tls);
  const { server } = await asking(at, { ca: readFileSync(certificateFile, 'utf8') });
  await server.verify();
  const stranger = await asking(at);
  await expect(stranger.server.verify()).rejects.toMatchObject({
    code: 'inference-unreachable',
    message: 'inference server: /v2/health/live: DEPTH_ZERO_SELF_SIGNED_CERT',
  });
});
