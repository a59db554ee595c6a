import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { metricDefiner } from './metric-definer.ts';

function defined() {
  const registry = new Registry();
  return { registry, definer: metricDefiner(registry), text: () => registry.metrics() };
}

test('with independent lists every combination is there from the start, so that its first event is an increase', async () => {
  const { definer, text } = defined();
  definer.counter({ name: 'a_total', help: 'a', labels: { x: ['1', '2'], y: ['3', '4'] } });
  definer.histogram({ name: 'b_seconds', help: 'b', labels: { x: ['1'] } }, [1, 2]);
  const lines = (await text()).split('\n').filter((line) => !line.startsWith('#') && line !== '');
  expect(lines).toEqual([
    ...['1', '2'].flatMap((x) => ['3', '4'].map((y) => `spinegrade_a_total{x="${x}",y="${y}"} 0`)),
    ...['1', '2', '+Inf'].map((le) => `spinegrade_b_seconds_bucket{le="${le}",x="1"} 0`),
    'spinegrade_b_seconds_sum{x="1"} 0',
    'spinegrade_b_seconds_count{x="1"} 0',
  ]);
  expect(definer.described.map(({ series }) => series)).toEqual([4, 5]);
});

test('labels that depend on one another, or that a pack decides, begin with their first event', async () => {
  const { definer, text } = defined();
  const pack = { words: 'name of the pack', atMost: 2 };
  definer.counter({ name: 'a_total', help: 'a', labels: { x: ['1', '2'], y: ['3', '4'] }, combinations: 2 });
  definer.counter({ name: 'b_total', help: 'b', labels: { x: ['1', '2'], pack } });
  expect(await text()).not.toMatch(/^spinegrade_/m);
  expect(definer.described.map(({ series }) => series)).toEqual([2, 4]);
});

test('a gauge that is asked for is absent where asking fails or tells nothing, and does not keep what was', async () => {
  const { definer, text } = defined();
  let answer: () => Promise<readonly { labels?: Record<string, string>; value: number }[]> = async () => [
    { labels: { x: '1' }, value: 7 },
  ];
  definer.askedGauge({ name: 'a', help: 'a', labels: { x: ['1', '2'] } }, () => answer());
  definer.askedGauge({ name: 'b', help: 'b' }, async () => (await answer()).map(({ value }) => ({ value })));
  expect(await text()).toMatch(/^spinegrade_a\{x="1"\} 7$[\s\S]*^spinegrade_b 7$/m);
  answer = async () => [{ labels: { x: '2' }, value: 8 }];
  expect(await text()).not.toContain('x="1"');
  for (const none of [async () => [], () => Promise.reject(new Error('database down'))]) {
    answer = none;
    expect(await text()).not.toMatch(/^spinegrade_/m);
  }
});
