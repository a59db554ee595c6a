import { describe, expect, test } from 'vitest';
import { FEEDS, inProcess, remoteBench, TINY } from './remote-bench.fixture.ts';

const { serving, asking } = remoteBench();

describe.each([
  ['as raw values', true],
  ['as JSON numbers, where the server has no binary extension', false],
] as const)('tensors go %s', (_, binary) => {
  test('and the answer is that of the network in this process', async () => {
    const at = await serving();
    at.binary = binary;
    const { server, runner } = await asking(at);
    await server.verify();
    const local = await inProcess();
    const [there, here] = [await runner.run(FEEDS), await local.run(FEEDS)];
    await local.close();
    expect(there['logits']!.dims).toEqual([5, 2, 3]);
    for (const [i, value] of there['logits']!.data.entries()) {
      expect(Math.abs(value - here['logits']!.data[i]!)).toBeLessThan(1e-5);
    }
    const asked = at.requests.findLast(({ path }) => path.endsWith('/infer'))!;
    expect(asked.headers['inference-header-content-length'] !== undefined).toBe(binary);
    // 250 values of four bytes, behind some JSON; or in digits.
    expect(asked.bytes > 2_000).toBe(!binary);
  });
});

test('nothing but tensors is sent: addresses and headers name the model alone', async () => {
  const at = await serving();
  const { server, runner } = await asking(at, {}, { model: 'tiny', version: '1' });
  await server.verify();
  await runner.run(FEEDS);
  const paths = new Set(at.requests.map(({ path }) => path));
  expect([...paths]).toEqual([
    '/v2/health/live',
    '/v2/health/ready',
    '/v2',
    '/v2/models/tiny/versions/1',
    '/v2/models/tiny/versions/1/ready',
    '/v2/models/tiny/versions/1/infer',
  ]);
  const headers = new Set(at.requests.flatMap(({ headers }) => Object.keys(headers)));
  expect([...headers].sort()).toEqual([
    'accept-encoding',
    'connection',
    'content-length',
    'content-type',
    'host',
    'inference-header-content-length',
  ]);
});

test('a server that was looked at says what it is, and stays the same object until it changes', async () => {
  const at = await serving();
  const { server } = await asking(at);
  expect(server.seen).toBeNull();
  await server.verify();
  const { seen } = server;
  expect(seen).toMatchObject({ name: 'for-tests', version: '1.2.3', binary: true });
  expect([...seen!.modelVersions.values()]).toEqual(['1']);
  await server.verify();
  expect(server.seen).toBe(seen);
  at.models.get('tiny')!.version = '2';
  await server.verify();
  expect([...server.seen!.modelVersions.values()]).toEqual(['2']);
});

describe('a server that is not what the pack says is a mismatch, and each difference is named', () => {
  const mismatch = async (at: { readonly url: string }, address?: Parameters<typeof asking>[2]) => {
    const { server } = await asking(at, {}, address);
    const fault = await server.verify().catch((cause: unknown) => cause);
    expect(fault).toMatchObject({ code: 'inference-mismatch', retryable: true });
    return (fault as Error).message;
  };
  const of = 'the inference server does not fit the model pack: tiny.onnx:';

  test('other shapes', async () => {
    const at = await serving({ ...TINY, inputs: [{ name: 'images', dims: [3, 8, 8] }, TINY.inputs[1]!] });
    expect(await mismatch(at)).toBe(
      `${of} model tiny: input images is [5,3,8,8], the manifest says [5,3,4,4]`,
    );
  });

  test('another input, and another type', async () => {
    const INT64 = 7;
    const at = await serving({
      ...TINY,
      inputs: [{ name: 'pictures', dims: [3, 4, 4] }],
      elementType: INT64,
    });
    const said = await mismatch(at);
    expect(said).toContain('model tiny: input images is not in the network (it has pictures)');
    expect(said).toContain('model tiny: input pictures is not in the manifest');
    const typed = await serving({ ...TINY, elementType: INT64 });
    expect(await mismatch(typed)).toContain(
      'input mask is int64, not float32, the one type that a pack can have',
    );
  });

  test('another network of the same shapes', async () => {
    const at = await serving({ ...TINY, weights: TINY.weights.map((weight) => weight * 1.1) });
    expect(await mismatch(at)).toBe(
      `${of} model tiny: output logits is not what the file of the pack answers to the same input`,
    );
  });

  test('a model, or a version, that it does not have', async () => {
    const at = await serving();
    expect(await mismatch(at, { model: 'other', version: null })).toBe(
      `${of} the server has no model other (HTTP 404)`,
    );
    expect(await mismatch(at, { model: 'tiny', version: '7' })).toBe(
      `${of} the server has no model tiny version 7 (HTTP 404)`,
    );
  });
});

test('an output of another type beside those of the manifest is not asked for', async () => {
  const { server, runner } = await asking(await serving({ ...TINY, whole: 'classes' }));
  await server.verify();
  const outputs = await runner.run(FEEDS);
  expect(Object.keys(outputs)).toEqual(['logits']);
});

test('a model that is exchanged while the service runs is found with the next answer', async () => {
  const at = await serving();
  const { server, runner } = await asking(at);
  await server.verify();
  at.models.get('tiny')!.version = '2';
  await expect(runner.run(FEEDS)).rejects.toMatchObject({
    code: 'inference-mismatch',
    message: 'tiny.onnx: model tiny answers as version 2, at first as 1',
  });
  await server.verify();
  await runner.run(FEEDS);
});

describe('a server that cannot be asked now is away, which passes', () => {
  test('not ready', async () => {
    const at = await serving();
    at.ready = false;
    const { server } = await asking(at);
    await expect(server.verify()).rejects.toMatchObject({ code: 'inference-unreachable', retryable: true });
    at.ready = true;
    await server.verify();
  });

  test('its model not ready', async () => {
    const at = await serving();
    at.treat = ({ path }) => (path.endsWith('tiny/ready') ? { status: 400 } : null);
    const { server } = await asking(at);
    await expect(server.check()).rejects.toMatchObject({
      code: 'inference-unreachable',
      message: 'model tiny is not ready',
    });
  });

  test('not there', async () => {
    const at = await serving();
    const { server } = await asking(at);
    await at.stop();
    await expect(server.verify()).rejects.toMatchObject({
      code: 'inference-unreachable',
      message: 'inference server: /v2/health/live: ECONNREFUSED',
    });
  });
});
