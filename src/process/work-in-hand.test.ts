import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { workInHand } from './work-in-hand.ts';

test('whatever is asked for: everything is done, and a lone work has no company', async () => {
  const works = fc.array(fc.record({ alone: fc.boolean(), turns: fc.nat(4), fails: fc.boolean() }), {
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(works, async (asked) => {
      const hand = workInHand();
      const inHand = new Set<number>();
      let done = 0;
      const results = asked.map(({ alone, turns, fails }, index) =>
        (alone ? hand.alone : hand.beside)(async () => {
          inHand.add(index);
          for (let each = 0; each < turns; each += 1) {
            await turn();
            if (alone) expect([...inHand]).toEqual([index]);
          }
          inHand.delete(index);
          done += 1;
          if (fails) throw new Error('of its own');
        }),
      );
      const settled = await Promise.allSettled(results);
      expect(settled.map(({ status }) => status === 'rejected')).toEqual(asked.map(({ fails }) => fails));
      expect(done).toBe(asked.length);
    }),
    { numRuns: 100 },
  );
});

test('work side by side is not held up', async () => {
  const hand = workInHand();
  const first = Promise.withResolvers<void>();
  const held = hand.beside(() => first.promise);
  await hand.beside(async () => undefined);
  first.resolve();
  await held;
});

test('what is called off before its turn never begins, and holds nothing up', async () => {
  const hand = workInHand();
  const [first, stop] = [Promise.withResolvers<void>(), new AbortController()];
  const held = hand.beside(() => first.promise);
  let begun = false;
  const waiting = hand.alone(async () => {
    begun = true;
  }, stop.signal);
  stop.abort(new Error('stopping'));
  await expect(waiting).rejects.toThrow('stopping');
  first.resolve();
  await held;
  await hand.beside(async () => undefined);
  expect(begun).toBe(false);
});

test('work that has begun when it is called off is waited for', async () => {
  const hand = workInHand();
  const [end, stop] = [Promise.withResolvers<string>(), new AbortController()];
  const working = hand.beside(() => end.promise, stop.signal);
  await turn();
  stop.abort();
  end.resolve('cleared up');
  expect(await working).toBe('cleared up');
});
