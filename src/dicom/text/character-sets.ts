import { TextDecoder } from 'node:util';

/** Single-byte sets and Unicode by their defined terms (PS3.3 C.12.1.1.2); the rest of ISO 8859-1 is Windows-1252. */
const ENCODINGS: Readonly<Record<string, string>> = {
  '6': 'latin1',
  '100': 'latin1',
  '101': 'iso-8859-2',
  '109': 'iso-8859-3',
  '110': 'iso-8859-4',
  '144': 'iso-8859-5',
  '127': 'iso-8859-6',
  '126': 'iso-8859-7',
  '138': 'iso-8859-8',
  '148': 'iso-8859-9',
  '203': 'iso-8859-15',
  '13': 'shift_jis',
  '166': 'windows-874',
};
const WHOLE: Readonly<Record<string, string>> = {
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
};

/** What a set of two bytes a character is decoded as, and what makes a character of that of its two bytes. */
interface DoubleByteSet {
  readonly encoding: string;
  readonly bytes: (first: number, second: number) => readonly number[];
}
const high = (first: number, second: number) => [first | 0x80, second | 0x80];
const JIS_X_0208: DoubleByteSet = { encoding: 'euc-jp', bytes: high };
const JIS_X_0212: DoubleByteSet = { encoding: 'euc-jp', bytes: (a, b) => [0x8f, ...high(a, b)] };
const KS_X_1001: DoubleByteSet = { encoding: 'euc-kr', bytes: high };
const GB_2312: DoubleByteSet = { encoding: 'gb18030', bytes: high };

/** A set is an encoding of one byte a character, or one of two. */
type CharacterSet = string | DoubleByteSet;
type Register = 'g0' | 'g1';

/** Escape sequences without their ESC (PS3.3 tables C.12-3 and C.12-4): which register gets which set. */
const ESCAPES: Readonly<Record<string, readonly [Register, CharacterSet]>> = {
  '(B': ['g0', 'latin1'],
  '(J': ['g0', 'shift_jis'],
  $B: ['g0', JIS_X_0208],
  '$(D': ['g0', JIS_X_0212],
  ')I': ['g1', 'shift_jis'],
  '$)C': ['g1', KS_X_1001],
  '$)A': ['g1', GB_2312],
  '-A': ['g1', 'latin1'],
  '-B': ['g1', 'iso-8859-2'],
  '-C': ['g1', 'iso-8859-3'],
  '-D': ['g1', 'iso-8859-4'],
  '-L': ['g1', 'iso-8859-5'],
  '-G': ['g1', 'iso-8859-6'],
  '-F': ['g1', 'iso-8859-7'],
  '-H': ['g1', 'iso-8859-8'],
  '-M': ['g1', 'iso-8859-9'],
  '-b': ['g1', 'iso-8859-15'],
  '-T': ['g1', 'windows-874'],
};
const ESC = 0x1b;
/** Backslash, caret, equals sign and the control characters of text: the first sets are in force again (PS3.5 6.1.2.5.3). */
const DELIMITERS = new Set([0x5c, 0x5e, 0x3d, 0x09, 0x0a, 0x0c, 0x0d]);

/** Defined terms that every archive converts; ISO_IR 203 (Latin-9) is too new for some. */
const COMMON_TERMS = new Set([
  '',
  'GB18030',
  'GBK',
  ...Object.keys({ ...ENCODINGS, '192': '' })
    .filter((number) => number !== '203')
    .map((number) => `ISO_IR ${number}`),
]);

/**
 * Whether text in these sets is of one set throughout, and one that archives know. Where it may change its set on the
 * way (PS3.5 6.1.2.5), or names a set that does not exist, they convert it wrongly.
 */
export function isCommonlyConverted(characterSets: readonly string[]): boolean {
  return characterSets.length <= 1 && characterSets.every((term) => COMMON_TERMS.has(term));
}

/** The longest text of a VR that is not unlimited has 10,240 characters (PS3.5 table 6.2-1), of four bytes at most. */
const MAX_TEXT_BYTES = 40_960;

/**
 * Decodes text by the values of SpecificCharacterSet (0008,0005), with code extensions (ISO 2022) where it holds their
 * escape sequences. What no set knows becomes U+FFFD; a set that is not known is read as Latin-1; bytes
 * beyond the longest LT are not read.
 */
export function decodeText(value: Uint8Array, characterSets: readonly string[]): string {
  const bytes = value.subarray(0, MAX_TEXT_BYTES);
  const [first = ''] = characterSets;
  const whole = WHOLE[first];
  if (whole !== undefined) return new TextDecoder(whole).decode(bytes);
  const initial = ENCODINGS[/(?<!\d)\d{1,4}$/.exec(first)?.[0] ?? '6'] ?? 'latin1';
  if (!bytes.includes(ESC)) return new TextDecoder(initial).decode(bytes);
  return decodeExtended(bytes, initial);
}

function decodeExtended(bytes: Uint8Array, initial: string): string {
  const start: Readonly<Record<Register, CharacterSet>> = {
    g0: initial === 'shift_jis' ? initial : 'latin1',
    g1: initial,
  };
  let sets = start;
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at]!;
    if (byte === ESC) {
      const sequence = escapeAt(bytes, at + 1);
      const [register, set] = sequence === null ? [] : ESCAPES[sequence]!;
      if (register !== undefined) sets = { ...sets, [register]: set };
      at += 1 + (sequence?.length ?? 0);
      continue;
    }
    const set = byte < 0x80 ? sets.g0 : sets.g1;
    if (typeof set !== 'string' && byte > 0x20) {
      text += decoded(set.encoding, set.bytes(byte, bytes[at + 1] ?? 0));
      at += 2;
      continue;
    }
    text += decoded(typeof set === 'string' ? set : 'latin1', [byte]);
    if (DELIMITERS.has(byte)) sets = start;
    at += 1;
  }
  return text;
}

function escapeAt(bytes: Uint8Array, at: number): string | null {
  const following = String.fromCharCode(...bytes.subarray(at, at + 3));
  return Object.keys(ESCAPES).find((sequence) => following.startsWith(sequence)) ?? null;
}

const DECODERS = new Map<string, TextDecoder>();

function decoded(encoding: string, bytes: readonly number[]): string {
  const decoder = DECODERS.get(encoding) ?? new TextDecoder(encoding);
  DECODERS.set(encoding, decoder);
  return decoder.decode(Uint8Array.from(bytes));
}
