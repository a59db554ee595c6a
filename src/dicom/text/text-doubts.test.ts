import { expect, test } from 'vitest';
import { hasDoubtfulText } from './text-doubts.ts';

const of = (vr: string, ...Value: readonly unknown[]) => ({ '00189999': { vr, Value } });

test('text that was not UTF-8 is told', () => {
  expect(hasDoubtfulText(of('LO', 'Wirbelsäule', '亜'))).toBe(false);
  expect(hasDoubtfulText(of('LO', 'Wirbels\uFFFDule'))).toBe(true);
  expect(hasDoubtfulText(of('PN', { Alphabetic: 'A', Ideographic: '\uFFFD' }))).toBe(true);
  expect(hasDoubtfulText(of('SQ', of('SH', 'a', '\uFFFD')))).toBe(true);
  expect(hasDoubtfulText({ '00100010': { vr: 'PN' } })).toBe(false);
});
