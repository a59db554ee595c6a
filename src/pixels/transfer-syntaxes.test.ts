import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encodeHtj2k, expandHtj2k } from '../cli/bench/encode-htj2k.ts';
import { convert, element, imageBytes } from '../dicom/image/image.fixture.ts';
import { readInstance } from '../dicom/image/read-instance.ts';
import { seededRandom } from '../phantom/random.ts';
import { decodeFrame } from './decode-frame.ts';
import { encodedFrames } from './encoded-frame.ts';

const [ROWS, COLUMNS] = [61, 77];
const [HTJ2K, HTJ2K_RPCL, HTJ2K_LOSSY] = [201, 202, 203].map((end) => `1.2.840.10008.1.2.4.${end}`) as [
  string,
  string,
  string,
];

const decode = (bytes: Uint8Array) => decodeFrame(encodedFrames(readInstance(bytes))[0]!);

interface Layout {
  readonly allocated: 8 | 16;
  readonly stored: number;
  readonly signed: boolean;
}

const LAYOUTS: readonly Layout[] = [
  { allocated: 8, stored: 8, signed: false },
  { allocated: 8, stored: 8, signed: true },
  { allocated: 16, stored: 8, signed: false },
  { allocated: 16, stored: 10, signed: true },
  { allocated: 16, stored: 12, signed: false },
  { allocated: 16, stored: 12, signed: true },
  { allocated: 16, stored: 16, signed: false },
  { allocated: 16, stored: 16, signed: true },
];

/** A rounded shape with noise in it, and both ends of the stored range; an odd number of pixels. */
function picture({ stored, signed }: Layout): number[] {
  const random = seededRandom(stored, 'picture');
  const [least, range] = [signed ? -(2 ** (stored - 1)) : 0, 2 ** stored];
  const values = Array.from({ length: ROWS * COLUMNS }, (_, i) => {
    const shape = (Math.sin(Math.floor(i / COLUMNS) / 9) * Math.cos((i % COLUMNS) / 11) + 1) / 2;
    return least + Math.floor((0.1 + 0.7 * shape + 0.1 * random.next()) * range);
  });
  return [least, least + range - 1, ...values.slice(2)];
}

function attributes({ allocated, stored, signed }: Layout) {
  return {
    '00280010': element('US', ROWS),
    '00280011': element('US', COLUMNS),
    '00280100': element('US', allocated),
    '00280101': element('US', stored),
    '00280102': element('US', stored - 1),
    '00280103': element('US', signed ? 1 : 0),
  };
}

function dicom(layout: Layout, values: readonly number[]): Uint8Array {
  const masked = values.map((value) => value & (2 ** layout.stored - 1));
  const cells = layout.allocated === 8 ? Uint8Array.from([...masked, 0]) : Uint16Array.from(masked);
  return imageBytes({ ...attributes(layout), '7FE00010': element('OW', cells.buffer) });
}

const named = ({ allocated, stored, signed }: Layout) =>
  `${stored} of ${allocated} bits, ${signed ? 'signed' : 'unsigned'}`;

/** Encoder, its arguments, decoders of the same toolkit and of the other. */
const LOSSLESS: readonly (readonly [syntax: string, ...command: string[]])[] = [
  ['1.2.840.10008.1.2', 'dcmconv', '+ti'],
  ['1.2.840.10008.1.2.1', 'dcmconv', '+te'],
  ['1.2.840.10008.1.2.1.99', 'dcmconv', '+td'],
  ['1.2.840.10008.1.2.2', 'dcmconv', '+tb'],
  ['1.2.840.10008.1.2.5', 'dcmcrle'],
  ...['1', '2', '3', '4', '5', '6', '7'].map(
    (predictor) => ['1.2.840.10008.1.2.4.57', 'dcmcjpeg', '+el', '+sv', predictor] as const,
  ),
  ['1.2.840.10008.1.2.4.70', 'dcmcjpeg', '+e1'],
  ['1.2.840.10008.1.2.4.70', 'gdcmconv', '--jpeg'],
  ['1.2.840.10008.1.2.4.80', 'dcmcjpls', '+el'],
  ['1.2.840.10008.1.2.4.80', 'gdcmconv', '--jpegls'],
  ['1.2.840.10008.1.2.4.90', 'gdcmconv', '--j2k'],
  ['1.2.840.10008.1.2.4.90', 'gdcmconv', '--j2k', '--tile', '40,40'],
];

describe.each(LAYOUTS.map((layout) => [named(layout), layout] as const))('%s', (_, layout) => {
  const values = picture(layout);
  const plain = dicom(layout, values);

  test.each(LOSSLESS)('%s by %s %s %s %s is what was encoded', async (syntax, command = '', ...args) => {
    const encoded = convert(plain, command, ...args);
    expect(readInstance(encoded).transferSyntaxUid).toBe(syntax);
    expect(await decode(encoded)).toEqual(Float32Array.from(values));
  });

  test.each([HTJ2K, HTJ2K_RPCL, HTJ2K_LOSSY])('High-Throughput JPEG 2000, %s', async (syntax) => {
    const { encoded, expanded } = htj2k(layout, values, syntax);
    expect(readInstance(encoded).transferSyntaxUid).toBe(syntax);
    const decoded = await decode(encoded);
    if (syntax === HTJ2K_LOSSY) {
      // Floating-point arithmetic: two builds of one library may round apart.
      const apart = decoded.map((value, i) => Math.abs(value - expanded[i]!));
      expect(Math.max(...apart)).toBeLessThanOrEqual(1);
      expect(apart.filter((distance) => distance > 0).length).toBeLessThan(apart.length / 100);
      expect(decoded).not.toEqual(Float32Array.from(values));
    } else {
      expect(decoded).toEqual(Float32Array.from(expanded));
      expect(decoded).toEqual(Float32Array.from(values));
    }
  });
});

const lossy = ({
  allocated,
}: Layout): readonly (readonly [
  syntax: string,
  decoder: string,
  argument: string,
  ...command: string[],
])[] => [
  ['1.2.840.10008.1.2.4.50', 'dcmdjpeg', '+te', 'dcmcjpeg', '+eb', '+be'],
  ['1.2.840.10008.1.2.4.50', 'gdcmconv', '--raw', 'dcmcjpeg', '+eb', '+be'],
  ['1.2.840.10008.1.2.4.51', 'dcmdjpeg', '+te', 'dcmcjpeg', '+ee'],
  ['1.2.840.10008.1.2.4.51', 'gdcmconv', '--raw', 'dcmcjpeg', '+ee'],
  ['1.2.840.10008.1.2.4.81', 'dcmdjpls', '+te', 'dcmcjpls', '+en', '+md', '3'],
  ['1.2.840.10008.1.2.4.81', 'gdcmconv', '--raw', 'dcmcjpls', '+en', '+md', '3'],
  // Signal to noise in dB, of the range of the bits allocated.
  [
    '1.2.840.10008.1.2.4.91',
    'gdcmconv',
    '--raw',
    'gdcmconv',
    '--j2k',
    '--lossy',
    '--irreversible',
    '-q',
  ].concat(allocated === 8 ? '45' : '90') as [string, string, string, ...string[]],
];

// DCMTK encodes no signed image with loss that would still be one.
describe.each(LAYOUTS.filter(({ signed }) => !signed).map((layout) => [named(layout), layout] as const))(
  'with loss, %s',
  (_, layout) => {
    const values = picture(layout).map((value) => Math.floor(value * 0.9 + 0.05 * 2 ** layout.stored));
    const plain = dicom(layout, values);
    test.each(lossy(layout))(
      '%s is what %s %s makes of it',
      async (syntax, decoder, argument, command = '', ...args) => {
        const encoded = convert(plain, command, ...args);
        expect(readInstance(encoded).transferSyntaxUid).toBe(syntax);
        const decoded = await decode(encoded);
        expect(decoded).toEqual(await decode(convert(encoded, decoder, argument)));
        expect(decoded).not.toEqual(Float32Array.from(values));
      },
    );
  },
);

test('what lossy compression carries beyond the stored range stays at its end', async () => {
  const layout = { allocated: 16, stored: 12, signed: false } as const;
  const checkered = Array.from({ length: ROWS * COLUMNS }, (_, i) =>
    Math.floor(i / 7) % 2 === 0 ? 0 : 4095,
  );
  const encoded = convert(
    dicom(layout, checkered),
    'gdcmconv',
    '--j2k',
    '--lossy',
    '--irreversible',
    '-q',
    '40',
  );
  const raw = encodedFrames(readInstance(convert(encoded, 'gdcmconv', '--raw')))[0]!.fragments[0]!;
  const samples = [...new Uint16Array(new Uint8Array(raw).buffer)];
  expect(samples.some((sample) => sample > 4095)).toBe(true);
  expect(await decode(encoded)).toEqual(Float32Array.from(samples, (sample) => Math.min(sample, 4095)));
});

test('what follows the end of a compressed image is padding', async () => {
  const layout = { allocated: 16, stored: 12, signed: false } as const;
  const encoded = convert(dicom(layout, picture(layout)), 'dcmcjpeg', '+ee', '+bt', '+q', '60');
  const frame = encodedFrames(readInstance(encoded))[0]!;
  const padded = { ...frame, fragments: [...frame.fragments, Uint8Array.of(0, 0)] };
  expect(await decodeFrame(padded)).toEqual(await decodeFrame(frame));
});

const real = process.env['REAL_TRANSFER_SYNTAXES'];

test.runIf(real)('one real image in seven transfer syntaxes', async () => {
  const files = readdirSync(real!).filter((name) => name.endsWith('.dcm'));
  const images = files.map((name) => readFileSync(join(real!, name)));
  const syntaxes = new Set(images.map((bytes) => readInstance(bytes).transferSyntaxUid));
  expect(syntaxes.size).toBe(7);
  const [first, ...others] = await Promise.all(images.map(decode));
  for (const other of others) expect(other).toEqual(first);
});

/**
 * A file of OpenJPH's own encoder, and what its own decoder makes of it. The encoder of OpenJPH 0.9 takes unsigned
 * images; a signed one is the same codestream but for its sign and half the range (ISO/IEC 15444-1 G.1).
 */
function htj2k(layout: Layout, values: readonly number[], syntax: string) {
  const half = layout.signed ? 2 ** (layout.stored - 1) : 0;
  const size = { rows: ROWS, columns: COLUMNS, bits: layout.stored };
  const image = { ...size, samples: values.map((value) => value + half) };
  const how = syntax === HTJ2K_LOSSY ? ['-qstep', '0.01'] : ['-reversible', 'true', '-prog_order', 'RPCL'];
  const codestream = encodeHtj2k(image, ...how);
  const expanded = expandHtj2k(codestream, size).map((value) => value - half);
  if (layout.signed) codestream[42] = codestream[42]! | 0x80;
  const fragment = syntax === HTJ2K_RPCL ? withTilePartLengths(codestream) : codestream;
  const pixels = { ...attributes(layout), '7FE00010': element('OB', fragment.buffer) };
  return { encoded: imageBytes(pixels, syntax), expanded };
}

/**
 * The TLM segment (ISO/IEC 15444-1 A.7.1) that the RPCL options ask for and that OpenJPH 0.9 does not write: the length
 * of the only tile part, in 32 bits, before its SOT segment (A.4.2).
 */
function withTilePartLengths(codestream: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.from(codestream);
  const at = bytes.indexOf(Buffer.of(0xff, 0x90));
  const length = bytes.subarray(at + 6, at + 10);
  expect(length.readUInt32BE()).toBeGreaterThan(0);
  const segment = [0xff, 0x55, 0, 8, 0, 0x40, ...length];
  return Uint8Array.from([...bytes.subarray(0, at), ...segment, ...bytes.subarray(at)]);
}
