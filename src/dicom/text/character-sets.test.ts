import { expect, test } from 'vitest';
import { decodeText } from './character-sets.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

// PS3.5 annexes H (Japanese), I (Korean), J (Unicode, GB18030) and K (Chinese).
test.each([
  [
    'H.3.1',
    ['', 'ISO 2022 IR 87'],
    'Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B',
    'Yamada^Tarou=山田^太郎=やまだ^たろう',
  ],
  [
    'H.3.2',
    ['ISO 2022 IR 13', 'ISO 2022 IR 87'],
    '\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J=\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J',
    'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう',
  ],
  [
    'I.2',
    ['', 'ISO 2022 IR 149'],
    'Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf',
    'Hong^Gildong=洪^吉洞=홍^길동',
  ],
  [
    'K.2',
    ['', 'ISO 2022 IR 58'],
    'Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab=',
    'Zhang^XiaoDong=张^小东=',
  ],
  ['Latin-1', ['ISO_IR 100'], 'Gr\xfcnw\xe4lder', 'Grünwälder'],
  ['Greek', ['ISO_IR 126'], '\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2', 'Διονυσιος'],
  ['Latin-1 and Cyrillic', ['', 'ISO 2022 IR 100', 'ISO 2022 IR 144'], '\x1b-A\xfc^\x1b-L\xbb', 'ü^Л'],
  ['UTF-8', ['ISO_IR 192'], Buffer.from('王^小東').toString('latin1'), '王^小東'],
  ['none', [], 'Plain^Name', 'Plain^Name'],
])('%s', (_, characterSets, text, expected) => {
  expect(decodeText(bytes(text), characterSets)).toBe(expected);
});

test('long text and long names of sets cost no more than their length', () => {
  const start = performance.now();
  expect(decodeText(bytes('M\xfc'), [`${'1'.repeat(200_000)}x`])).toBe('Mü');
  expect(decodeText(bytes('M\xfc'), ['9'.repeat(200_000)])).toBe('Mü');
  expect(decodeText(bytes(`\x1b-A${'\xfc'.repeat(5_000_000)}`), ['', 'ISO 2022 IR 100']).length).toBeLessThan(
    50_000,
  );
  expect(performance.now() - start).toBeLessThan(1500);
});

test('broken text is decoded as far as it goes', () => {
  const sets = ['', 'ISO 2022 IR 87'];
  expect(decodeText(bytes('A\x1b'), sets)).toBe('A');
  expect(decodeText(bytes('A\x1b%G?'), sets)).toBe('A%G?');
  expect(decodeText(bytes('\x1b$B;'), sets)).toMatch(/^.{1,2}$/);
});
