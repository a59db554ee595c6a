import fc from 'fast-check';

/** Something that scanners and archives do to an object and toolkits read on over. */
export interface Oddity {
  readonly name: string;
  /** `at`: where in the object, as a share of the places there are. */
  readonly done: (object: ExplicitObject, at: number) => ExplicitObject;
}

/** An object in Explicit VR Little Endian by its top-level elements; each as its bytes. */
export interface ExplicitObject {
  readonly beforeMeta: Buffer;
  readonly elements: readonly { readonly tag: string; readonly bytes: Buffer }[];
  readonly afterwards: Buffer;
}

const LONG_VRS = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '));

/** Only of elements with defined lengths, as `dcmconv +e` writes them. */
export function explicitObject(bytes: Uint8Array): ExplicitObject {
  const all = Buffer.from(bytes);
  const elements: { tag: string; bytes: Buffer }[] = [];
  for (let at = 132; at < all.length; ) {
    const isLong = LONG_VRS.has(all.toString('latin1', at + 4, at + 6));
    const end = isLong ? at + 12 + all.readUInt32LE(at + 8) : at + 8 + all.readUInt16LE(at + 6);
    const hex = (offset: number) => all.readUInt16LE(offset).toString(16).padStart(4, '0').toUpperCase();
    elements.push({ tag: hex(at) + hex(at + 2), bytes: all.subarray(at, end) });
    at = end;
  }
  return { beforeMeta: all.subarray(0, 132), elements, afterwards: Buffer.alloc(0) };
}

export function objectBytes({ beforeMeta, elements, afterwards }: ExplicitObject): Uint8Array {
  return new Uint8Array(Buffer.concat([beforeMeta, ...elements.map(({ bytes }) => bytes), afterwards]));
}

const u16 = (value: number) => Buffer.from(Uint16Array.of(value).buffer);
const u32 = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
const tagBytes = (tag: string) =>
  Buffer.concat([u16(Number.parseInt(tag.slice(0, 4), 16)), u16(Number.parseInt(tag.slice(4), 16))]);
const short = (tag: string, vr: string, value: Buffer) =>
  Buffer.concat([tagBytes(tag), Buffer.from(vr, 'latin1'), u16(value.length), value]);
const long = (tag: string, vr: string, value: Buffer) =>
  Buffer.concat([tagBytes(tag), Buffer.from(vr, 'latin1'), u16(0), u32(value.length), value]);
const implicit = (tag: string, value: Buffer) => Buffer.concat([tagBytes(tag), u32(value.length), value]);
const UNDEFINED = u32(0xffffffff);
const [ITEM, ITEM_END, SEQUENCE_END] = [tagBytes('FFFEE000'), tagBytes('FFFEE00D'), tagBytes('FFFEE0DD')];

const uidElement = short('00081155', 'UI', Buffer.from('2.25.77\0'));
const implicitUid = implicit('00081155', Buffer.from('2.25.77\0'));
const undefinedItem = (inner: Buffer, end = Buffer.concat([ITEM_END, u32(0)])) =>
  Buffer.concat([ITEM, UNDEFINED, inner, end]);
const definedItem = (inner: Buffer) => Buffer.concat([ITEM, u32(inner.length), inner]);
const undefinedSequence =
  (vr: string, items: Buffer, end = Buffer.concat([SEQUENCE_END, u32(0)])) =>
  (tag: string) =>
    Buffer.concat([tagBytes(tag), Buffer.from(vr), u16(0), UNDEFINED, items, end]);

function vrAndValue(bytes: Buffer): { readonly vr: string; readonly value: Buffer } {
  const vr = bytes.toString('latin1', 4, 6);
  return { vr, value: bytes.subarray(LONG_VRS.has(vr) ? 12 : 8) };
}

/** Puts an element in at its place among the tags. */
function inserted(name: string, tag: string, bytesOf: (tag: string) => Buffer): Oddity {
  return {
    name,
    done: (object) => {
      const rest = object.elements.filter((element) => element.tag !== tag);
      const behind = rest.findIndex((element) => element.tag > tag);
      const at = behind < 0 ? rest.length : behind;
      return { ...object, elements: rest.toSpliced(at, 0, { tag, bytes: bytesOf(tag) }) };
    },
  };
}

/** Writes an element otherwise, any of those of the data set whose VR and length let it. */
function rewritten(
  name: string,
  suits: (vr: string, value: Buffer, tag: string) => boolean,
  write: (tag: string, value: Buffer, vr: string) => Buffer,
): Oddity {
  return {
    name,
    done: (object, at) => {
      const places = object.elements.flatMap(({ tag, bytes }, index) => {
        const { vr, value } = vrAndValue(bytes);
        return !tag.startsWith('0002') && suits(vr, value, tag) ? [index] : [];
      });
      const index = places[Math.min(places.length - 1, Math.floor(at * places.length))]!;
      const { tag, bytes } = object.elements[index]!;
      const { vr, value } = vrAndValue(bytes);
      return { ...object, elements: object.elements.with(index, { tag, bytes: write(tag, value, vr) }) };
    },
  };
}

function trailing(name: string, bytes: Buffer): Oddity {
  return { name, done: (object) => ({ ...object, afterwards: Buffer.concat([object.afterwards, bytes]) }) };
}

const isShort = (vr: string, value: Buffer) => !LONG_VRS.has(vr) && value.length > 0;
const isText = (vr: string) => ['CS', 'DS', 'IS', 'LO', 'SH', 'UI'].includes(vr);

export const ODDITIES: readonly Oddity[] = [
  ...[1, 2, 7, 8, 9, 300].map((count) => trailing(`${count} zeros afterwards`, Buffer.alloc(count))),
  trailing('a line end afterwards', Buffer.from('\r\n')),
  trailing('text afterwards', Buffer.from('-- end of the file, with kind regards --')),
  trailing('bytes of ones afterwards', Buffer.alloc(40, 0xff)),
  trailing('trailing padding', long('FFFCFFFC', 'OB', Buffer.alloc(20))),
  rewritten(
    'padding behind the pixels',
    (_, __, tag) => tag === '7FE00010',
    (tag, value, vr) => long(tag, vr, Buffer.concat([value, Buffer.alloc(512)])),
  ),
  rewritten(
    'VR UN',
    (vr, value) => vr !== 'SQ' && value.length > 0,
    (tag, value) => long(tag, 'UN', value),
  ),
  ...['??', '  ', '\0\0', 'lo', 'ZZ'].map((vr) =>
    rewritten(`VR ${JSON.stringify(vr)}`, isShort, (tag, value) => short(tag, vr, value)),
  ),
  rewritten('a VR that is none, with a length of 32 bits', isShort, (tag, value) => long(tag, 'ZZ', value)),
  rewritten('an element as in Implicit VR', isShort, implicit),
  rewritten('NUL for padding', isText, (tag, value, vr) =>
    short(tag, vr, Buffer.concat([value, Buffer.alloc(value.length % 2 === 0 ? 2 : 1)])),
  ),
  rewritten('an odd length', isText, (tag, value, vr) =>
    short(tag, vr, Buffer.concat([value, Buffer.alloc(value.length % 2 === 0 ? 1 : 2, ' ')])),
  ),
  rewritten('blanks before the text', isText, (tag, value, vr) =>
    short(tag, vr, Buffer.concat([Buffer.from('  '), value])),
  ),
  rewritten(
    'the same element twice',
    (vr) => vr !== 'SQ',
    (tag, value, vr) => {
      const once = LONG_VRS.has(vr) ? long(tag, vr, value) : short(tag, vr, value);
      return Buffer.concat([once, once]);
    },
  ),
  ...['0 ', '1 ', '  ', ''].map((frames) =>
    inserted(`NumberOfFrames "${frames}"`, '00280008', (tag) => short(tag, 'IS', Buffer.from(frames))),
  ),
  inserted('a wrong group length', '00080000', (tag) => short(tag, 'UL', u32(7))),
  inserted(
    'an item delimiter with a length',
    '00081140',
    undefinedSequence('SQ', undefinedItem(uidElement, Buffer.concat([ITEM_END, u32(8)]))),
  ),
  inserted(
    'a sequence delimiter with a length',
    '00081140',
    undefinedSequence('SQ', undefinedItem(uidElement), Buffer.concat([SEQUENCE_END, u32(8)])),
  ),
  inserted(
    'no item delimiter',
    '00081140',
    undefinedSequence('SQ', undefinedItem(uidElement, Buffer.alloc(0))),
  ),
  inserted(
    'a delimiter in an item of defined length',
    '00081140',
    undefinedSequence('SQ', definedItem(Buffer.concat([uidElement, ITEM_END, u32(0)]))),
  ),
  inserted(
    'a delimiter behind an item of defined length',
    '00081140',
    undefinedSequence('SQ', Buffer.concat([definedItem(uidElement), ITEM_END, u32(0)])),
  ),
  inserted('a delimiter in a sequence of defined length', '00081140', (tag) =>
    long(tag, 'SQ', Buffer.concat([definedItem(uidElement), SEQUENCE_END, u32(0)])),
  ),
  inserted('a standard sequence as UN', '00081140', (tag) => long(tag, 'UN', definedItem(implicitUid))),
  inserted(
    'a private sequence of UN, implicit within',
    '20051080',
    undefinedSequence('UN', undefinedItem(implicitUid)),
  ),
  inserted(
    'a private sequence of UN, explicit within',
    '20051080',
    undefinedSequence('UN', undefinedItem(uidElement)),
  ),
  inserted(
    'a private sequence of SQ, implicit within',
    '20051080',
    undefinedSequence('SQ', undefinedItem(implicitUid)),
  ),
  inserted('a private sequence that is none', '20051080', (tag) =>
    long(tag, 'SQ', Buffer.from('not a sequence, but text')),
  ),
  inserted('private fragments', '20051080', undefinedSequence('OB', definedItem(Buffer.from('abcd')))),
  inserted('private bytes with a length of 16 bits', '00091001', (tag) =>
    short(tag, 'OB', Buffer.from('ABCD')),
  ),
  inserted('reserved bytes in use', '00091001', (tag) =>
    Buffer.concat([tagBytes(tag), Buffer.from('OB'), u16(1), u32(4), Buffer.from('ABCD')]),
  ),
  inserted(
    'an icon of fragments',
    '00880200',
    undefinedSequence(
      'SQ',
      undefinedItem(
        undefinedSequence(
          'OB',
          Buffer.concat([definedItem(Buffer.alloc(0)), definedItem(Buffer.alloc(8))]),
        )('7FE00010'),
      ),
    ),
  ),
  {
    name: 'no preamble',
    done: (object) => ({ ...object, beforeMeta: Buffer.alloc(0) }),
  },
  {
    name: 'a wrong length of the file meta information',
    done: (object) => ({
      ...object,
      elements: object.elements.map((element) =>
        element.tag === '00020000' ? { ...element, bytes: short('00020000', 'UL', u32(4)) } : element,
      ),
    }),
  },
  {
    name: 'a data set of Implicit VR said to be explicit',
    done: (object) => ({
      ...object,
      elements: object.elements.map(({ tag, bytes }) => ({
        tag,
        bytes: tag.startsWith('0002') ? bytes : implicit(tag, vrAndValue(bytes).value),
      })),
    }),
  },
];

/** An oddity, and where. */
export const oddities = fc.tuple(fc.constantFrom(...ODDITIES), fc.double({ min: 0, max: 1, noNaN: true }));
