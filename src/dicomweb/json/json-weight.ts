/**
 * What V8 needs beyond the text itself, in bytes, measured with Node 24: an object or an array with its place in what
 * holds it; a value's place; a number that is no small integer; a text; an object in which a name is an index, such as
 * a private tag of group 2001; a name that is new in its place, for which a hidden class is made.
 */
const OBJECT = 64;
const ARRAY = 56;
const PLACE = 8;
const NUMBER = 16;
const TEXT = 24;
const INDEXED_OBJECT = 128;
const NEW_NAME = 160;

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d];
const [MINUS, POINT, EXPONENT, CAPITAL_EXPONENT, ZERO, ONE, NINE] = [
  0x2d, 0x2e, 0x65, 0x45, 0x30, 0x31, 0x39,
];

/** Texts up to this are kept once, however often they come. */
const LONGEST_SHARED = 10;
/** Bits that remember names and shared texts; a power of two. */
const REMEMBERED = 2 ** 22;
/** Nobody outside can tell which names are taken for each other. */
const SEED = Math.floor(Math.random() * 2 ** 31);
/** Stands for the names of an array, which has none. */
const NAMELESS = -1;

/**
 * About how many bytes of memory JSON takes once it is parsed, found without parsing it: by its brackets, its values
 * and the orders of names in its objects. Text that is no JSON has a weight as well.
 */
export function jsonWeight(text: string): number {
  const isNew = memory();
  /** Of each object or array around: its names so far, and whether one of them is an index. */
  const around: number[] = [];
  let names = NAMELESS;
  let indexed = 0;
  let weight = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) {
      const end = endOfText(text, at + 1);
      if (names !== NAMELESS && text.charCodeAt(end + 1) === COLON) {
        names = hashed(names, text, at + 1, end);
        if (isNew(names)) weight += NEW_NAME;
        if (indexed === 0 && isIndex(text.charCodeAt(at + 1))) {
          weight += INDEXED_OBJECT;
          indexed = 1;
        }
      } else if (end - at - 1 > LONGEST_SHARED || isNew(hashed(SEED, text, at + 1, end))) weight += TEXT;
      at = end;
    } else if (char === COMMA) weight += PLACE;
    else if (char === OPEN_OBJECT || char === OPEN_ARRAY) {
      weight += char === OPEN_OBJECT ? OBJECT : ARRAY;
      around.push(names, indexed);
      names = char === OPEN_OBJECT ? SEED : NAMELESS;
      indexed = 0;
    } else if (char === CLOSE_OBJECT || char === CLOSE_ARRAY) {
      indexed = around.pop() ?? 0;
      names = around.pop() ?? NAMELESS;
    } else if (isOfNumber(char, text.charCodeAt(at + 1))) weight += NUMBER;
  }
  return weight;
}

/** Whether something, by its hash, comes for the first time; now and then it says no though it does. */
function memory(): (hash: number) => boolean {
  const known = new Uint32Array(REMEMBERED / 32);
  return (hash) => {
    const bit = hash & (REMEMBERED - 1);
    const word = bit >>> 5;
    const mask = 1 << (bit & 31);
    const before = known[word]! & mask;
    known[word]! |= mask;
    return before === 0;
  };
}

/** Where a text ends that begins at `at`: at its quote, or with all. */
function endOfText(text: string, at: number): number {
  for (let end = at; end < text.length; end += 1) {
    const char = text.charCodeAt(end);
    if (char === QUOTE) return end;
    if (char === BACKSLASH) end += 1;
  }
  return text.length;
}

/** FNV-1a of what came before and of a piece of text. */
function hashed(before: number, text: string, from: number, to: number): number {
  let hash = before ^ QUOTE;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

function isIndex(first: number): boolean {
  return first >= ONE && first <= NINE;
}

/** What only a number has that is no integer, or is the negative zero. */
function isOfNumber(char: number, next: number): boolean {
  return (
    char === POINT || char === EXPONENT || char === CAPITAL_EXPONENT || (char === MINUS && next === ZERO)
  );
}
