import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { bothGates, openGate } from '../../../process/gate.ts';
import { type InferenceAway, type InferenceGateParts, openInferenceGate } from './inference-gate.ts';
import { FEEDS, remoteBench, TINY } from './remote-bench.fixture.ts';

const { serving, asking } = remoteBench();
const { signal } = new AbortController();

async function gateOf(server: InferenceGateParts['server']) {
  const changes: (readonly [InferenceAway | null, string])[] = [];
  const gate = await openInferenceGate({
    server,
    onChange: (away, _, words) => changes.push([away, words]),
    firstProbeMs: 20,
    longestProbeMs: 50,
  });
  onTestFinished(() => gate.close());
  return { gate, changes };
}

test('a server that is away at the start closes the gate, which opens once it is there and fits', async () => {
  const at = await serving();
  const { server, runner } = await asking(at);
  await at.stop();
  const { gate, changes } = await gateOf(server);
  expect(gate.closed).toBe('inference-unreachable');
  await expect(runner.run(FEEDS)).rejects.toThrow('the inference server has not answered yet');
  const other = at.models.get('tiny')!;
  at.models.delete('tiny');
  await at.start();
  await expect.poll(() => gate.closed).toBe('inference-mismatch');
  at.models.set('tiny', other);
  await gate.opened(signal);
  expect(gate.closed).toBeNull();
  await runner.run(FEEDS);
  expect(changes).toEqual([
    ['inference-unreachable', expect.stringContaining('ECONNREFUSED')],
    ['inference-mismatch', expect.stringContaining('the server has no model tiny')],
    [null, expect.anything()],
  ]);
});

test('one that is not what the pack says at the start is refused', async () => {
  const at = await serving({ ...TINY, weights: TINY.weights.map((weight) => -weight) });
  const { server } = await asking(at);
  await expect(gateOf(server)).rejects.toMatchObject({ code: 'inference-mismatch' });
});

test('a fault of a run closes it only where the server itself is at fault', async () => {
  const at = await serving();
  const { server, runner } = await asking(at);
  const { gate } = await gateOf(server);
  at.treat = ({ path }) => (path.endsWith('/infer') ? { status: 500 } : null);
  const fault = await runner.run(FEEDS).catch((cause: unknown) => cause);
  at.treat = () => null;
  expect(await gate.isAway(fault, signal)).toBe(false);
  expect(await gate.isAway(new Error('of a study'), signal)).toBe(false);
  await at.stop();
  expect(await gate.isAway(new Error('of a study'), signal)).toBe(false);
  expect(await gate.isAway(new Error('stage', { cause: fault }), signal)).toBe(true);
  expect(gate.closed).toBe('inference-unreachable');
  await at.start();
  await gate.opened(signal);
});

test('of two gates both have to be open', async () => {
  const away = new Set(['a', 'b']);
  const [first, second] = ['a', 'b'].map((name) =>
    openGate({
      probe: async () => ({ away: away.has(name) ? name : null }),
      isSuspect: (error) => error === name,
      onChange: () => undefined,
      firstProbeMs: 5,
    }),
  ) as [ReturnType<typeof openGate>, ReturnType<typeof openGate>];
  const both = bothGates(first, second);
  expect(both.closed).toBeNull();
  expect(await both.isAway('b', signal)).toBe(true);
  expect(both.closed).toBe('b');
  expect(await first.isAway('a', signal)).toBe(true);
  let open = false;
  const opened = both.opened(signal).then(() => {
    open = true;
  });
  away.delete('a');
  await delay(50);
  expect([open, both.closed]).toEqual([false, 'b']);
  away.delete('b');
  await opened;
  expect(both.closed).toBeNull();
  await first.close();
  await second.close();
});
