import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Prepares one item after another on this thread, each in a turn of the event loop of its own, while what was prepared is
 * worked on elsewhere.
 * @returns what the work came to, in the items' order.
 * @throws what preparing or working on one throws first; what has begun goes on, unheard.
 */
export async function preparedInTurns<Item, Ready, Result>(
  items: readonly Item[],
  prepare: (item: Item) => Promise<Ready>,
  work: (ready: Ready) => Promise<Result>,
): Promise<readonly Result[]> {
  const begun: Promise<Result>[] = [];
  for (const item of items) {
    const ready = await prepare(item);
    await nextTurn();
    const result = work(ready);
    // Whoever waits for all of them hears of it; until then nobody does.
    result.catch(() => undefined);
    begun.push(result);
  }
  return Promise.all(begun);
}
