import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memoryBudget } from './memory-budget.ts';

const { signal } = new AbortController();
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('whoever does not fit waits, in the order of asking; one larger than all runs alone', async () => {
  const budget = memoryBudget(100);
  const order: string[] = [];
  const ask = async (name: string, bytes: number) => {
    const release = await budget.hold(bytes, signal);
    order.push(name);
    return release;
  };
  const first = await ask('first', 60);
  const [large, small] = [ask('large', 500), ask('small', 10)];
  await settled();
  expect([order, budget.waiting, budget.heldBytes]).toEqual([['first'], 2, 60]);
  first();
  first();
  await settled();
  expect([order, budget.waiting]).toEqual([['first', 'large'], 1]);
  (await large)();
  (await small)();
  expect([order, budget.heldBytes]).toEqual([['first', 'large', 'small'], 0]);
});

test('whoever gives up waiting stands in nobody’s way', async () => {
  const budget = memoryBudget(100);
  const release = await budget.hold(60, signal);
  const control = new AbortController();
  const gone = budget.hold(90, control.signal);
  const behind = budget.hold(40, signal);
  control.abort(new Error('cancelled'));
  await expect(gone).rejects.toThrow('cancelled');
  (await behind)();
  release();
  await expect(budget.hold(1, control.signal)).rejects.toThrow('cancelled');
  expect([budget.heldBytes, budget.waiting]).toEqual([0, 0]);
});

test('never is more held than the budget, but by one alone, and everybody has their turn', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(150), { maxLength: 30 }), async (sizes) => {
      const budget = memoryBudget(100);
      let [held, holders] = [0, 0];
      await Promise.all(
        sizes.map(async (bytes, index) => {
          if (index % 3 === 0) await settled();
          const release = await budget.hold(bytes, signal);
          held += bytes;
          holders += 1;
          expect(held <= 100 || holders === 1).toBe(true);
          await settled();
          held -= bytes;
          holders -= 1;
          release();
        }),
      );
      expect([budget.heldBytes, budget.waiting]).toEqual([0, 0]);
    }),
  );
});
