import { describe, expect, test } from 'vitest';
import { element, imageBytes } from '../image/image.fixture.ts';
import { ImagingError } from '../imaging-error.ts';
import { parseDataSet } from './parse-data-set.ts';
import { parsePart10 } from './parse-part10.ts';

const EXPLICIT = { explicit: true, littleEndian: true };
const IMPLICIT = { explicit: false, littleEndian: true };
const UNDEFINED = 'ffffffff';
const hex = (...parts: readonly string[]) => Uint8Array.from(Buffer.from(parts.join(''), 'hex'));
const length32 = (length: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(length);
  return bytes.toString('hex');
};
const uid = '0800180055490600322e32352e33';
const sequence = '080040115351' + '0000';
const item = 'feff00e0';
const [itemEnd, sequenceEnd] = ['feff0de000000000', 'feffdde000000000'];

function nested(depth: number, inner: string): string {
  const open = `${sequence}${UNDEFINED}${item}${UNDEFINED}`;
  return open.repeat(depth) + inner + `${itemEnd}${sequenceEnd}`.repeat(depth);
}

describe('what is sound passes', () => {
  test.each([
    ['nothing', ''],
    ['nesting, undefined lengths', nested(20, uid)],
    ['nesting, defined lengths', `${sequence}${length32(22)}${item}${length32(14)}${uid}`],
    ['an empty sequence', `${sequence}00000000${sequence}${UNDEFINED}${sequenceEnd}`],
    [
      'a sequence of unknown VR, in implicit within',
      `0800401155${'4e'}0000${UNDEFINED}${item}${length32(14)}08001800${length32(6)}322e32352e33${sequenceEnd}`,
    ],
  ])('%s', (_, bytes) => {
    expect(parseDataSet(hex(bytes), 0, EXPLICIT).end).toBe(bytes.length / 2);
  });

  test('an implicit sequence of defined length', () => {
    const bytes = hex('08004011', length32(22), item, length32(14), '08001800', length32(6), '322e32352e33');
    expect(parseDataSet(bytes, 0, IMPLICIT).end).toBe(bytes.length);
  });
});

describe('what is not is refused, and its attribute named', () => {
  test.each([
    ['a value that runs past the end', `${uid}2800100055530400`, '(0028,0010)', '2.25.3'],
    [
      'a value that runs past its item',
      `${sequence}${UNDEFINED}${item}${length32(10)}${uid}`,
      '(0008,0018)',
      null,
    ],
    [
      'an item that runs past its sequence',
      `${sequence}${length32(8)}${item}${length32(14)}${uid}`,
      '(0008,1140)',
      null,
    ],
    ['a sequence that does not end', `${sequence}${UNDEFINED}${item}00000000`, '(0008,1140)', null],
    ['an item that does not end', `${sequence}${UNDEFINED}${item}${UNDEFINED}${uid}`, '(0008,1140)', null],
    ['something else in a sequence', `${sequence}${length32(14)}${uid}`, '(0008,1140)', null],
    ['a delimiter nowhere', `${uid}${itemEnd}`, '(FFFE,E00D)', '2.25.3'],
    ['an undefined length of text', `${uid}0800600043530000${'4f420000'}${UNDEFINED}`, null, '2.25.3'],
    ['an undefined length of bytes', `280000104f420000${UNDEFINED}`, '(0028,1000)', null],
    [
      'a value representation that is none, and no length that fits',
      `080018003f3f0900322e32352e33`,
      '(0008,0018)',
      null,
    ],
    ['fragments that do not end', `e07f10004f420000${UNDEFINED}${item}00000000`, '(7FE0,0010)', null],
    [
      'a fragment of undefined length',
      `e07f10004f420000${UNDEFINED}${item}${UNDEFINED}`,
      '(7FE0,0010)',
      null,
    ],
    ['nesting without end', nested(100_000, ''), '(0008,1140)', null],
    ['items without end', `${sequence}${UNDEFINED}${`${item}00000000`.repeat(600_000)}`, '(0008,1140)', null],
  ])('%s', (_, bytes, tag, sopInstanceUid) => {
    const object = hex(bytes);
    const began = performance.now();
    let fault: unknown;
    try {
      parseDataSet(object, 0, EXPLICIT);
    } catch (cause) {
      fault = cause;
    }
    expect(fault).toBeInstanceOf(ImagingError);
    if (tag !== null) expect(fault).toMatchObject({ tag });
    expect(fault).toMatchObject({ sopInstanceUid });
    expect(performance.now() - began).toBeLessThan(3000);
  });

  test('more elements than any image has', () => {
    const empty = '0900010055530000';
    expect(() => parseDataSet(hex(empty.repeat(600_000)), 0, EXPLICIT)).toThrow(
      'more than 500000 elements, items and fragments (0009,0001)',
    );
  });
});

test('a name that is no UID is not repeated', () => {
  const bytes = hex('080018005549060044c3b665c3bc', '2800100055530400');
  expect(() => parseDataSet(bytes, 0, EXPLICIT)).toThrow('DICOM object: cut off');
});

test('integers of 64 bits do not hide what follows them', () => {
  const bytes = imageBytes({ '00189999': element('UN', new ArrayBuffer(8)) });
  for (const vr of ['OV', 'SV', 'UV']) {
    const patched = new Uint8Array(bytes);
    patched.set(Buffer.from(vr), Buffer.from(bytes).indexOf(Buffer.from('18009999554e', 'hex')) + 4);
    expect(parsePart10(patched).uint16('x00280010')).toBe(4);
  }
});
