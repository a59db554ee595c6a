import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isUid, type StudyInstanceUid, uid, unpaddedUid } from './uid.ts';

const component = fc.stringMatching(/^\d{1,8}$/);
const anyUid = fc
  .array(component, { minLength: 1, maxLength: 7 })
  .map((components) => components.join('.'))
  .filter((text) => text.length <= 64);
const padding = fc.array(fc.constantFrom('\0', ' ', '\t', '\n'), { maxLength: 4 }).map((all) => all.join(''));

test('components of digits are taken as they are, leading zeros and all', () => {
  fc.assert(
    fc.property(anyUid, (text) => {
      expect(isUid(text)).toBe(true);
      expect(uid<StudyInstanceUid>(text, 'it')).toBe(text);
    }),
  );
});

test('padding is no part of a UID', () => {
  fc.assert(
    fc.property(anyUid, padding, padding, (text, before, after) => {
      expect(unpaddedUid(before + text + after)).toBe(text);
    }),
  );
});

test('what is taken is nothing but digits and dots, so that a URL of it stays one', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 70 }), (text) => {
      const taken = unpaddedUid(text);
      if (taken !== null) expect(taken).toMatch(/^[0-9]+(\.[0-9]+)*$/);
    }),
  );
});

test.each([
  '',
  '.',
  '1..2',
  '1.2.',
  '.1',
  '1.2/3',
  '1.2\0.3',
  '1.2 .3',
  '١.٢',
  '1'.repeat(65),
  'Muster^Maria',
])('%j is none', (text) => {
  expect(isUid(text)).toBe(false);
  expect(unpaddedUid(text)).toBeNull();
  expect(() => uid(text, 'it')).toThrow(TypeError);
});
