import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isUid } from '../domain/uid.ts';
import { inputSetHash } from '../study/analysis-input.ts';
import { deterministicUid } from './deterministic-uid.ts';

test('any parts give a UID under 2.25 as PS3.5 B.2 has it, without leading zeros, the same every time', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), (parts) => {
      const uid = deterministicUid(...parts);
      expect(isUid(uid)).toBe(true);
      expect(uid).toMatch(/^2\.25\.(?:0|[1-9]\d{0,38})$/);
      expect(deterministicUid(...parts)).toBe(uid);
    }),
  );
});

test('the number is the first 128 bits of SHA-256 over the framed parts', () => {
  const digest = createHash('sha256').update('1:a2:é').digest();
  const expected = digest.readBigUInt64BE(0) * 2n ** 64n + digest.readBigUInt64BE(8);
  expect(deterministicUid('a', 'é')).toBe(`2.25.${expected}`);
});

test('moving text from one part to the next gives another UID', () => {
  expect(deterministicUid('ab', 'c')).not.toBe(deterministicUid('a', 'bc'));
  expect(deterministicUid('ab', '')).not.toBe(deterministicUid('ab'));
});

test('the input set hash depends on the set alone', () => {
  const expected = createHash('sha256').update('1.2\n1.3\n').digest('hex');
  expect(inputSetHash(['1.3', '1.2'])).toBe(expected);
  expect(inputSetHash(['1.2', '1.3', '1.2'])).toBe(expected);
  expect(inputSetHash(['1.2'])).not.toBe(expected);
  expect(inputSetHash(['1.21', '.3'])).not.toBe(inputSetHash(['1.2', '1.3']));
});
