import { expect, test } from 'vitest';
import { isLike } from '../pack/likeness-spec.ts';
import { patchTraits } from './patch-traits.ts';

const SIZE = 10;
/** The same patch and numbers stand in training/test_training.py. */
const patch = Float32Array.from({ length: 2 * SIZE * SIZE }, (_, i) => ((i * i * 7 + i * 3) % 32) / 31);

test('traits are those that training computes', () => {
  const traits = patchTraits(patch, 2, SIZE);
  expect(traits).toHaveLength(20);
  expect(traits.map((trait) => Math.round(trait * 1e4) / 1e4)).toMatchInlineSnapshot(`
    [
      0.4731,
      0.4516,
      0.5161,
      0.5484,
      0.4409,
      0.5161,
      0.5914,
      0.5484,
      0.5233,
      0.4086,
      0.4373,
      0.5484,
      0.4194,
      0.5161,
      0.4409,
      0.2903,
      0.2989,
      -0.0541,
      0.2768,
      -0.9936,
    ]
  `);
});

test('a patch is like a source within the limit of any of them', () => {
  const traits = [1, 3];
  const source = { source: 'a', mean: [1, 1], whitening: [[1], [0, 0.5]] };
  expect(isLike([{ ...source, limit: 1 }], traits)).toBe(true);
  expect(isLike([{ ...source, limit: 0.99 }], traits)).toBe(false);
  expect(
    isLike(
      [
        { ...source, limit: 0.99 },
        { ...source, mean: [1, 2], limit: 0.5 },
      ],
      traits,
    ),
  ).toBe(true);
});
