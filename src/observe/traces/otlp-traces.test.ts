import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startOtlpReceiver } from '../../../test/support/otlp-receiver.ts';
import { named, pathsOf } from '../../../test/support/received-traces.ts';
import { Fault } from '../../domain/fault.ts';
import { parseTraceparent, traceIdsOf } from '../../domain/traceparent.ts';
import { openTraces } from './open-traces.ts';
import type { TraceSettings } from './trace-settings.ts';
import { NO_TRACES } from './traces.ts';

const PARENT = parseTraceparent('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01')!;
const UNSAMPLED = parseTraceparent('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00')!;

async function opened(settings: Partial<TraceSettings> = {}) {
  const receiver = await startOtlpReceiver();
  onTestFinished(() => receiver.close());
  const lost: [number, unknown][] = [];
  const traces = await openTraces(
    {
      url: `${receiver.url}/v1/traces`,
      headers: null,
      timeoutMs: 200,
      sampler: 'parentbased_always_on',
      ratio: 1,
      resource: { 'service.name': 'test' },
      ...settings,
    },
    { 'spinegrade.role': 'all' },
    (...loss) => lost.push(loss),
  );
  return { traces, receiver, lost };
}

test('spans stand below the work they are called in, side by side too', async () => {
  const { traces, receiver } = await opened();
  await traces.within({ name: 'run', parent: PARENT }, async () => {
    const one = async (name: string) =>
      traces.within({ name }, async () => {
        await delay(5);
        traces.ended({ name: `asked by ${name}`, kind: 'client' }, 3);
        expect(traceIdsOf(traces.current!)).toEqual(traces.ids());
      });
    await Promise.all([one('a'), one('b')]);
  });
  expect(traces.current).toBeNull();
  traces.ended({ name: 'of no work' }, 1);
  await traces.close();
  expect(pathsOf(receiver.spans)).toEqual(['run', 'run/a', 'run/a/asked by a', 'run/b', 'run/b/asked by b']);
  expect(new Set(receiver.spans.map(({ traceId }) => traceId))).toEqual(
    new Set([traceIdsOf(PARENT).trace_id]),
  );
  expect(named(receiver.spans, 'run')[0]!.parentSpanId).toBe(traceIdsOf(PARENT).span_id);
});

test('what is thrown goes on, and the span tells its code and no word of it', async () => {
  const { traces, receiver } = await opened();
  const fault = new Fault('archive-fault', 'series 1.2.3 of DOE^JANE');
  const failing = traces.within({ name: 'fetch' }, () => Promise.reject(fault));
  await expect(failing).rejects.toBe(fault);
  await traces.close();
  expect(receiver.spans).toMatchObject([{ status: 2, facts: { 'error.type': 'archive-fault' } }]);
  expect(receiver.bodies[0]!.toString('latin1')).not.toContain('DOE');
});

test('of work that leads to nothing nothing is told; else what it did is a part of where it led', async () => {
  const { traces, receiver } = await opened();
  const look = (name: string, leads: boolean) =>
    traces.awaiting(async () => {
      traces.ended({ name: `find series of ${name}` }, 20);
      await delay(1);
      if (leads) await traces.within({ name, sinceMs: 10, parent: null }, async () => undefined);
    });
  await Promise.all([look('nothing', false), look('submit', true)]);
  await traces.close();
  expect(pathsOf(receiver.spans)).toEqual(['submit', 'submit/find series of submit']);
});

test.each([
  ['parentbased_always_on', PARENT, 1],
  ['parentbased_always_on', UNSAMPLED, 0],
  ['parentbased_always_on', null, 1],
  ['parentbased_always_off', null, 0],
  ['parentbased_always_off', PARENT, 1],
  ['parentbased_traceidratio', null, 0],
  ['traceidratio', PARENT, 0],
  ['always_on', UNSAMPLED, 1],
  ['always_off', PARENT, 0],
] as const)('by the sampler %s with the parent %s %i spans are sent', async (sampler, parent, count) => {
  const { traces, receiver } = await opened({ sampler, ratio: 0 });
  await traces.within({ name: 'submit', parent }, async () => {
    // Whoever goes on with the trace is told what was decided.
    expect(traces.current).toMatch(count === 1 ? /-01$/ : /-00$/);
  });
  await traces.close();
  expect(receiver.spans).toHaveLength(count);
});

test('headers are what they have come to be', async () => {
  let text = 'authorization=Bearer%20old';
  const { traces, receiver } = await opened({ headers: { reveal: () => text } });
  text = 'authorization=Bearer%20new';
  await traces.within({ name: 'run' }, async () => undefined);
  await traces.close();
  expect(receiver.headers['authorization']).toBe('Bearer new');
});

test('spans that cannot be sent are told of by their number, and closing does not wait for them', async () => {
  const { traces, receiver, lost } = await opened();
  receiver.status = null;
  for (let span = 0; span < 3000; span += 1) await traces.within({ name: 'run' }, async () => undefined);
  const at = performance.now();
  await traces.close();
  expect(performance.now() - at).toBeLessThan(2_500);
  await expect.poll(() => lost.length).toBeGreaterThan(0);
  // The queue is bounded: beyond it spans are let go.
  expect(lost.reduce((sum, [spans]) => sum + spans, 0)).toBeLessThanOrEqual(2048 + 512);
});

test('switched off it does the work and nothing else', async () => {
  const off = await openTraces(null, {}, () => undefined);
  expect(off).toBe(NO_TRACES);
  expect(await off.awaiting(() => off.within({ name: 'run' }, async () => off.current))).toBeNull();
});
