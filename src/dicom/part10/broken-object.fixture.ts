import type { Element } from 'dicom-parser';
import fc from 'fast-check';
import { encodeHtj2k } from '../../cli/bench/encode-htj2k.ts';
import { convert, element, imageBytes } from '../image/image.fixture.ts';
import { parsePart10 } from './parse-part10.ts';

/** A whole object to be broken, and where its elements' headers and values lie. */
export interface WholeObject {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly places: readonly { readonly valueAt: number; readonly length: number }[];
}

export type Mutation =
  | { readonly kind: 'overwrite'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'truncate'; readonly at: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'remove'; readonly at: number; readonly share: number }
  | { readonly kind: 'repeat'; readonly at: number; readonly share: number }
  /** Overwrites the value of an element, or the last bytes of its header: its length. */
  | { readonly kind: 'value' | 'length'; readonly element: number; readonly bytes: Uint8Array }
  | { readonly kind: 'claim'; readonly transferSyntaxUid: string };

const [ROWS, COLUMNS] = [33, 47];
/** (0002,0010) UI. */
const TRANSFER_SYNTAX = Buffer.from('020010005549', 'hex');

const MULTI_FRAME = {
  '00080016': element('UI', '1.2.840.10008.5.1.4.1.1.4.1'),
  '00280008': element('IS', '3'),
  '52009229': element('SQ', { '00289110': element('SQ', { '00280030': element('DS', '1', '1') }) }),
  '52009230': element(
    'SQ',
    ...['0', '4', '8'].map((z) => ({
      '00209113': element('SQ', { '00200032': element('DS', '0', '0', z) }),
      '00209116': element('SQ', { '00200037': element('DS', '1', '0', '0', '0', '1', '0') }),
    })),
  ),
};

/** One object of every transfer syntax, made with DCMTK, GDCM and OpenJPH, and a multi-frame one. */
export function wholeObjects(): readonly WholeObject[] {
  const samples = (count: number) => Uint16Array.from({ length: count }, (_, i) => (i * i) % 4096);
  const pixels = (count: number) => samples(count).buffer;
  const size = {
    '00280010': element('US', ROWS),
    '00280011': element('US', COLUMNS),
    '00280101': element('US', 12),
    '00280102': element('US', 11),
  };
  const plain = imageBytes({ ...size, '7FE00010': element('OW', pixels(ROWS * COLUMNS)) });
  const grey = { rows: ROWS, columns: COLUMNS, bits: 12, samples: samples(ROWS * COLUMNS) };
  const htj2k = (syntax: number, ...args: readonly string[]) =>
    imageBytes(
      { ...size, '7FE00010': element('OB', encodeHtj2k(grey, ...args).buffer) },
      `1.2.840.10008.1.2.4.${syntax}`,
    );
  const frames = imageBytes({
    ...size,
    ...MULTI_FRAME,
    '7FE00010': element('OW', pixels(3 * ROWS * COLUMNS)),
  });
  const made: readonly (readonly [string, Uint8Array])[] = [
    ['explicit little endian', plain],
    ['implicit', convert(plain, 'dcmconv', '+ti')],
    ['big endian', convert(plain, 'dcmconv', '+tb')],
    ['deflated', convert(plain, 'dcmconv', '+td')],
    ['undefined lengths', convert(frames, 'dcmconv', '-e')],
    ['multi-frame', frames],
    ['multi-frame JPEG Lossless', convert(frames, 'dcmcjpeg', '+fs', '2')],
    ['RLE', convert(plain, 'dcmcrle')],
    ['JPEG baseline', convert(plain, 'dcmcjpeg', '+eb', '+be')],
    ['JPEG extended', convert(plain, 'dcmcjpeg', '+ee')],
    ['JPEG Lossless', convert(plain, 'dcmcjpeg', '+el', '+sv', '7')],
    ['JPEG Lossless, first order', convert(plain, 'dcmcjpeg', '+e1')],
    ['JPEG-LS', convert(plain, 'dcmcjpls', '+el')],
    ['JPEG-LS near-lossless', convert(plain, 'dcmcjpls', '+en')],
    ['JPEG 2000', convert(plain, 'gdcmconv', '--j2k')],
    ['JPEG 2000 irreversible', convert(plain, 'gdcmconv', '--j2k', '--lossy', '--irreversible', '-q', '60')],
    ['HTJ2K', htj2k(201, '-reversible', 'true')],
    ['HTJ2K with RPCL', htj2k(202, '-reversible', 'true', '-prog_order', 'RPCL')],
    ['HTJ2K irreversible', htj2k(203, '-qstep', '0.01')],
  ];
  return made.map(([name, bytes]) => ({ name, bytes, places: placesOf(bytes) }));
}

function placesOf(bytes: Uint8Array): WholeObject['places'] {
  const within = ({ dataOffset, length, items = [] }: Element): WholeObject['places'] => [
    { valueAt: dataOffset, length },
    ...items.flatMap((item) => Object.values(item.dataSet?.elements ?? {}).flatMap(within)),
  ];
  return Object.values(parsePart10(bytes).elements).flatMap(within);
}

const SYNTAXES = [
  ...['', '.1', '.1.99', '.2', '.5'].map((end) => `1.2.840.10008.1.2${end}`),
  ...[50, 51, 57, 70, 80, 81, 90, 91, 201, 202, 203, 999].map((end) => `1.2.840.10008.1.2.4.${end}`),
];

/** Bytes that lengths and counts are often wrong with, and any others. */
const nasty = fc.oneof(
  fc
    .constantFrom(
      'ffffffff',
      'ffff',
      '00000000',
      '0000',
      'feff00e0',
      'feffdde0',
      'ffffff7f',
      '0100',
      'fe',
      '80',
    )
    .map((hex) => Uint8Array.from(Buffer.from(hex, 'hex'))),
  fc.uint8Array({ minLength: 1, maxLength: 8 }),
  fc.uint8Array({ minLength: 1, maxLength: 300 }),
);
/** A place as a share of the object: so a counterexample shrinks towards its begin. */
const place = fc.double({ min: 0, max: 1, noNaN: true });
const share = fc.oneof(fc.double({ min: 0, max: 0.01, noNaN: true }), place);

export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('overwrite' as const), at: place, bytes: nasty }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('flip' as const), at: place, bit: fc.nat(7) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('truncate' as const), at: place }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('insert' as const), at: place, bytes: nasty }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('remove' as const, 'repeat' as const), at: place, share }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('value' as const, 'length' as const),
      element: fc.nat(),
      bytes: nasty,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('claim' as const),
      transferSyntaxUid: fc.constantFrom(...SYNTAXES),
    }),
  },
);

/** The object with the mutations done to it, one after the other. */
export function broken(whole: WholeObject, mutations: readonly Mutation[]): Uint8Array {
  return mutations.reduce<Uint8Array>(
    (bytes, one) => mutated(bytes, whole.places, one),
    new Uint8Array(whole.bytes),
  );
}

function mutated(bytes: Uint8Array, places: WholeObject['places'], one: Mutation): Uint8Array {
  const index = (at: number) => Math.min(bytes.length, Math.floor(at * (bytes.length + 1)));
  const spliced = (from: number, to: number, insert: Uint8Array = new Uint8Array()) =>
    Uint8Array.from([...bytes.subarray(0, from), ...insert, ...bytes.subarray(to)]);
  const written = (at: number, value: Uint8Array) => {
    const copy = new Uint8Array(bytes);
    if (at < copy.length) copy.set(value.subarray(0, copy.length - at), at);
    return copy;
  };
  switch (one.kind) {
    case 'overwrite':
      return written(index(one.at), one.bytes);
    case 'flip':
      return written(index(one.at), Uint8Array.of((bytes[index(one.at)] ?? 0) ^ (1 << one.bit)));
    case 'truncate':
      return bytes.subarray(0, index(one.at));
    case 'insert':
      return spliced(index(one.at), index(one.at), one.bytes);
    case 'remove':
      return spliced(index(one.at), index(one.at + one.share));
    case 'repeat':
      return spliced(index(one.at), index(one.at), bytes.subarray(index(one.at), index(one.at + one.share)));
    case 'value': {
      const { valueAt, length } = places[one.element % places.length]!;
      return written(valueAt, one.bytes.subarray(0, Math.max(1, length)));
    }
    case 'length': {
      const { valueAt } = places[one.element % places.length]!;
      const bytesOfIt = Math.min(4, one.bytes.length);
      return written(valueAt - bytesOfIt, one.bytes.subarray(0, bytesOfIt));
    }
    case 'claim': {
      const syntaxAt = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(TRANSFER_SYNTAX);
      if (syntaxAt < 0) return bytes;
      const uid = Buffer.from(
        one.transferSyntaxUid.padEnd(Math.ceil(one.transferSyntaxUid.length / 2) * 2, '\0'),
      );
      const length = bytes[syntaxAt + 6]! | (bytes[syntaxAt + 7]! << 8);
      const header = Uint8Array.of(...TRANSFER_SYNTAX, uid.length & 0xff, uid.length >> 8);
      return spliced(syntaxAt, syntaxAt + 8 + length, Uint8Array.from([...header, ...uid]));
    }
  }
}
