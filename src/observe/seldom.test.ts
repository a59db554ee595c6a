import { expect, test } from 'vitest';
import { seldom } from './seldom.ts';

test('each key is said once in a while, with how often it came up since', () => {
  let now = 0;
  const said: [number, string, number][] = [];
  const say = seldom(60_000, () => now);
  for (; now < 200_000; now += 500) {
    for (const key of now % 1_000 === 0 ? ['full', 'away'] : ['full'])
      say(key, (count) => said.push([now, key, count]));
  }
  expect(said).toEqual([
    [0, 'full', 1],
    [0, 'away', 1],
    [60_000, 'full', 120],
    [60_000, 'away', 60],
    [120_000, 'full', 120],
    [120_000, 'away', 60],
    [180_000, 'full', 120],
    [180_000, 'away', 60],
  ]);
});
