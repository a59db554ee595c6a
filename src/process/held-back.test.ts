import { expect, it } from 'vitest';
import { heldBack } from './held-back.ts';

it('tells what was said before somebody heard, in order, and then what is said', () => {
  const heard: unknown[] = [];
  const back = heldBack<[number, string]>();
  back.say(1, 'a');
  back.say(2, 'b');
  expect(heard).toEqual([]);
  back.tell((...said) => heard.push(said));
  expect(heard).toEqual([
    [1, 'a'],
    [2, 'b'],
  ]);
  back.say(3, 'c');
  expect(heard).toHaveLength(3);
});
