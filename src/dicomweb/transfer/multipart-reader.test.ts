import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ArchiveError } from '../archive.ts';
import { BOUNDARY, encode, type Layout, plain, readInPieces, SETTINGS } from './multipart.fixture.ts';
import { type MultipartPart, multipartBoundary, readMultipart } from './multipart-reader.ts';

async function partsOf(
  bytes: Uint8Array,
  cuts: readonly number[] = [],
  maxPartBytes = SETTINGS.maxPartBytes,
): Promise<MultipartPart[]> {
  const parts: MultipartPart[] = [];
  for await (const part of readInPieces(bytes, cuts, { maxPartBytes })) parts.push(part);
  return parts;
}

/** Bytes rich in what could be taken for a delimiter. */
const body = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc.constantFrom(
        '\r\n',
        '\r',
        '\n',
        '--',
        `\r\n--`,
        `--${BOUNDARY}`,
        `\r\n--${BOUNDARY.slice(0, -1)}`,
        `\r\n--${BOUNDARY}x`,
      ),
    ),
    { maxLength: 6 },
  )
  .map((pieces) => Buffer.concat(pieces.map((piece) => Buffer.from(piece as string))));

/** RFC 2046 5.1.1: without a Content-Length no body may hold a line that is a delimiter. */
const holdsDelimiterLine = (bytes: Uint8Array) =>
  new RegExp(`\r\n--${BOUNDARY}(--|[ \t]*\r\n)`).test(`${Buffer.from(bytes).toString('latin1')}\r\n`);

const layout = fc
  .record<Layout>({
    bodies: fc.array(body, { maxLength: 4 }),
    withLength: fc.boolean(),
    preamble: fc.constantFrom('', '\r\n', 'to be ignored\r\n'),
    epilogue: fc.constantFrom('', '\r\n', '\r\nto be ignored'),
    padding: fc.constantFrom('', ' ', ' \t '),
  })
  .filter((given) => given.withLength || !given.bodies.some(holdsDelimiterLine));

describe('readMultipart', () => {
  test('gives back the parts, however the body is laid out and cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(layout, fc.array(fc.nat(400), { maxLength: 12 }), async (given, cuts) => {
        const encoded = encode(given);
        const parts = await partsOf(
          encoded,
          cuts.map((cut) => Math.min(cut, encoded.length)),
        );
        expect(parts.map((part) => Buffer.from(part.bytes).toString('hex'))).toEqual(
          given.bodies.map((bytes) => Buffer.from(bytes).toString('hex')),
        );
      }),
    );
  });

  test.each([true, false])('survives a cut at every byte, Content-Length given: %s', async (withLength) => {
    const bodies = [
      Buffer.from(`one\r\n--${BOUNDARY.slice(0, 4)}`),
      Buffer.from('two\r\n-'),
      Buffer.from(''),
    ];
    const encoded = encode({ ...plain, bodies, withLength, preamble: 'pre\r\n' });
    for (let cut = 0; cut <= encoded.length; cut += 1) {
      const parts = await partsOf(encoded, [cut]);
      expect(parts.map((part) => Buffer.from(part.bytes).toString())).toEqual(bodies.map(String));
    }
    const single = await partsOf(encoded, Array.from(encoded.keys()));
    expect(single).toHaveLength(3);
  });

  test('never ends in silence before the closing boundary', async () => {
    await fc.assert(
      fc.asyncProperty(layout, fc.double({ min: 0, max: 1, noNaN: true }), async (given, where) => {
        const whole = encode({ ...given, epilogue: '' });
        const cut = whole.subarray(0, Math.floor(where * (whole.length - 1)));
        const failure = await partsOf(cut).catch((error: unknown) => error);
        expect(failure).toBeInstanceOf(ArchiveError);
        expect((failure as ArchiveError).retryable).toBe(true);
      }),
    );
  });

  test('a Content-Length lets a part hold the delimiter itself', async () => {
    const tricky = Buffer.from(`a\r\n--${BOUNDARY}--\r\nb`);
    const [part] = await partsOf(encode({ ...plain, bodies: [tricky], withLength: true }));
    expect(Buffer.from(part?.bytes ?? []).equals(tricky)).toBe(true);
  });

  test('a Content-Length that is wrong is not believed, nor any after it', async () => {
    const right = encode({
      ...plain,
      bodies: [Buffer.from('12345678'), Buffer.from('abc')],
      withLength: true,
    });
    for (const length of [0, 7, 9, 100, 1000]) {
      const wrong = Buffer.from(right.toString().replace('LENGTH: 8', `LENGTH: ${length}`));
      for (const cuts of [[], Array.from(wrong.keys())]) {
        const parts = await partsOf(wrong, cuts);
        expect(parts.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['12345678', 'abc']);
      }
    }
  });

  test.each([true, false])(
    'a part beyond the limit is refused, Content-Length given: %s',
    async (withLength) => {
      const encoded = encode({ ...plain, bodies: [Buffer.alloc(100)], withLength });
      await expect(partsOf(encoded, [50], 99)).rejects.toMatchObject({ retryable: false });
      await expect(partsOf(encoded, [50], 100)).resolves.toHaveLength(1);
    },
  );

  test('headers without end are refused', async () => {
    const encoded = Buffer.from(`--${BOUNDARY}\r\nX: ${'x'.repeat(20_000)}`);
    await expect(partsOf(encoded)).rejects.toMatchObject({ retryable: false });
  });

  test('a part without headers, and its bytes alone in their ArrayBuffer', async () => {
    const [part] = await partsOf(Buffer.from(`--${BOUNDARY}\r\n\r\nabc\r\n--${BOUNDARY}--`));
    expect(part?.contentType).toBeNull();
    expect(part?.bytes.buffer.byteLength).toBe(3);
  });

  test('leaving the loop early ends the source', async () => {
    let ended = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.from(`--${BOUNDARY}\r\n\r\nabc\r\n`);
      } finally {
        ended = true;
      }
    }
    for await (const part of readMultipart(endless(), SETTINGS)) {
      expect(part.bytes).toHaveLength(3);
      break;
    }
    expect(ended).toBe(true);
  });
});

describe('multipartBoundary', () => {
  test.each([
    ['multipart/related; type="application/dicom"; boundary=abc-1', 'abc-1'],
    [
      'Multipart/Related;boundary="with space; and \\"quote\\"";type=application/dicom',
      'with space; and "quote"',
    ],
    ['multipart/related; BOUNDARY=abc', 'abc'],
    ['multipart/related; type="application/dicom"', null],
    ['multipart/related; boundary=""', null],
    ['application/dicom; boundary=abc', null],
    ['', null],
  ])('%s', (contentType, expected) => {
    expect(multipartBoundary(contentType)).toBe(expected);
  });
});
