import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeFrame } from '../../pixels/decode-frame.ts';
import { slicesFromInstance } from '../../volume/slice-from-instance.ts';
import { convert, element, imageBytes } from '../image/image.fixture.ts';
import { readInstance } from '../image/read-instance.ts';
import { sopIdentity } from '../image/sop-identity.ts';
import { ImagingError } from '../imaging-error.ts';
import { explicitObject, ODDITIES, objectBytes, oddities } from './odd-object.fixture.ts';
import { parsePart10 } from './parse-part10.ts';

const image = imageBytes({
  '0008103E': element('LO', 'SAG T2'),
  '00180050': element('DS', '4.5'),
  '00180081': element('DS', '102'),
  '00200011': element('IS', '3'),
  '00281052': element('DS', '-7'),
  '00281053': element('DS', '2'),
});

async function read(bytes: Uint8Array) {
  const instance = readInstance(bytes);
  const [slice] = slicesFromInstance(instance, [null], decodeFrame);
  return { header: instance.header, plane: slice!.plane, pixels: [...(await slice!.pixels())] };
}
const expected = await read(image);

test.each(ODDITIES.map((oddity) => [oddity.name, oddity] as const))('%s is read over', async (_, oddity) => {
  expect(await read(objectBytes(oddity.done(explicitObject(image), 0.4)))).toEqual(expected);
});

test('an oddity at any place changes neither header nor pixels', async () => {
  await fc.assert(
    fc.asyncProperty(oddities, async ([oddity, at]) => {
      const bytes = objectBytes(oddity.done(explicitObject(image), at));
      expect(await read(bytes), oddity.name).toEqual(expected);
    }),
    { numRuns: 400 },
  );
});

describe('what cannot mean one thing only is refused, and named', () => {
  const changed = (tag: string, change: (bytes: Buffer) => Buffer) => {
    const object = explicitObject(image);
    const elements = object.elements.map((each) =>
      each.tag === tag ? { ...each, bytes: change(each.bytes) } : each,
    );
    return objectBytes({ ...object, elements });
  };
  test.each([
    [
      'an attribute that stands twice with different values',
      changed('00280030', (bytes) => Buffer.concat([bytes, Buffer.from(bytes).fill('3', 8, 9)])),
      /2\.25\.3: the attribute stands twice, .*\(0028,0030\)/,
    ],
    [
      'decimals with a comma',
      changed('00280030', (bytes) => Buffer.from(bytes.toString('latin1').replace('0.5', '0,5'), 'latin1')),
      /PixelSpacing .*\(0028,0030\)/,
    ],
    [
      'pixels that go on as pixels where the matrix ends',
      changed('00280010', (bytes) => Buffer.from(bytes).fill(2, 8, 9)),
      /PixelData has 40 bytes where 20 belong \(7FE0,0010\)/,
    ],
    [
      'no transfer syntax',
      changed('00020010', () => Buffer.alloc(0)),
      /TransferSyntaxUID is missing \(0002,0010\)/,
    ],
  ])('%s', async (_, bytes, message) => {
    await expect(read(bytes)).rejects.toThrow(ImagingError);
    await expect(read(bytes)).rejects.toThrow(message);
  });

  test.each(['+ti', '+tb', '+te'])('a cut before the pixels end is never padding (%s)', async (syntax) => {
    const whole = convert(image, 'dcmconv', syntax);
    for (const { name, done } of ODDITIES.filter((oddity) => oddity.name.endsWith('afterwards'))) {
      const after = done({ beforeMeta: Buffer.alloc(0), elements: [], afterwards: Buffer.alloc(0) }, 0);
      const bytes = Buffer.concat([whole.subarray(0, whole.length - 9), after.afterwards.subarray(0, 8)]);
      await expect(read(bytes), name).rejects.toThrow(ImagingError);
    }
  });
});

/** pydicom 3.0 reads on over these, but for the bytes of ones, which no element can begin with. */
const NOT_BY_THESE_TOOLS = new Set([
  ...[1, 2, 7, 8, 9, 300].map((count) => `${count} zeros afterwards`),
  'a line end afterwards',
  'text afterwards',
  'bytes of ones afterwards',
  'a delimiter behind an item of defined length',
  'a private sequence that is none',
  'private fragments',
  'private bytes with a length of 16 bits',
]);

test('DCMTK or GDCM reads on over nearly every one of these', () => {
  const folder = mkdtempSync(join(tmpdir(), 'odd-'));
  try {
    const unread = ODDITIES.filter(({ done }) => {
      writeFileSync(join(folder, 'odd.dcm'), objectBytes(done(explicitObject(image), 0.4)));
      return !['dcmdump', 'gdcmdump'].some((tool) => {
        try {
          const args = tool === 'dcmdump' ? ['-q', join(folder, 'odd.dcm')] : [join(folder, 'odd.dcm')];
          return /\(7fe0,0010\)/i.test(
            execFileSync(tool, args, { stdio: ['ignore', 'pipe', 'ignore'] }).toString('latin1'),
          );
        } catch {
          return false;
        }
      });
    });
    expect(unread.map(({ name }) => name).filter((name) => !NOT_BY_THESE_TOOLS.has(name))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 180_000);

describe('what an object is, from its first elements', () => {
  const identity = { sopClassUid: '1.2.840.10008.5.1.4.1.1.4', sopInstanceUid: '2.25.3' };
  const rawData = imageBytes({
    '00080016': element('UI', '1.2.840.10008.5.1.4.1.1.66'),
    '7FE00010': undefined,
    '00280010': undefined,
  });

  test.each(['+ti', '+tb', '+td', '+te', '-e'])('in any transfer syntax (%s)', (syntax) => {
    expect(sopIdentity(convert(image, 'dcmconv', syntax))).toEqual(identity);
  });

  test('of an object that is no image', () => {
    expect(sopIdentity(rawData)).toEqual({ ...identity, sopClassUid: '1.2.840.10008.5.1.4.1.1.66' });
    expect(() => readInstance(rawData)).toThrow('there is no PixelData');
  });

  test('of an object broken behind them, and from the file meta information where they are missing', () => {
    expect(sopIdentity(image.subarray(0, image.length - 100))).toEqual(identity);
    const object = explicitObject(image);
    const without = object.elements.filter(({ tag }) => tag !== '00080016' && tag !== '00080018');
    expect(sopIdentity(objectBytes({ ...object, elements: without }))).toEqual(identity);
  });

  test('of nothing of the kind', () => {
    expect(sopIdentity(new Uint8Array())).toBeNull();
    expect(sopIdentity(Buffer.from('%PDF-1.4'.repeat(40)))).toBeNull();
    expect(sopIdentity(image.subarray(0, 140))).toBeNull();
  });

  test('whatever the bytes are, there is an answer', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(image.length - 1), fc.nat(255)), { maxLength: 6 }), (changes) => {
        const broken = new Uint8Array(image);
        for (const [at, value] of changes) broken[at] = value;
        sopIdentity(broken);
      }),
    );
    expect(parsePart10(image).string('x00080018')).toBe('2.25.3');
  });
});
