import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { preparedInTurns } from './prepared-in-turns.ts';

test('results are in order, though later work ends first; others have their turn between two preparations', async () => {
  const order: string[] = [];
  let others = 0;
  const ticking = (async () => {
    for (; others < 100; others++) await nextTurn();
  })();
  const results = await preparedInTurns(
    [3, 2, 1],
    async (item) => {
      order.push(`prepare ${item} after ${others > 0 ? 'others' : 'none'}`);
      return item * 10;
    },
    async (ready) => {
      await delay(ready);
      order.push(`done ${ready}`);
      return ready;
    },
  );
  await ticking;
  expect(results).toEqual([30, 20, 10]);
  expect(order.slice(0, 3)).toEqual([
    'prepare 3 after none',
    'prepare 2 after others',
    'prepare 1 after others',
  ]);
  expect(order.slice(3)).toEqual(['done 10', 'done 20', 'done 30']);
});

test('a fault of the first work is told once all are prepared, and is no unhandled rejection meanwhile', async () => {
  const prepared: number[] = [];
  const result = preparedInTurns(
    [1, 2, 3],
    async (item) => {
      prepared.push(item);
      await delay(5);
      return item;
    },
    (ready) => (ready === 1 ? Promise.reject(new Error('first')) : Promise.resolve(ready)),
  );
  await expect(result).rejects.toThrow('first');
  expect(prepared).toEqual([1, 2, 3]);
});

test('a fault of a preparation ends it, though work on another fails later', async () => {
  const result = preparedInTurns(
    [1, 2],
    async (item) => {
      if (item === 2) throw new Error('not decoded');
      return item;
    },
    async () => {
      await delay(5);
      throw new Error('unheard');
    },
  );
  await expect(result).rejects.toThrow('not decoded');
  await delay(20);
});
