import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { imageBytes } from '../../dicom/image/image.fixture.ts';
import { ArchiveError } from '../archive.ts';
import { type MultipartPart, multipartBoundary, readMultipart } from './multipart-reader.ts';

const BOUNDARY = 'b0undary';
const SETTINGS = { boundary: BOUNDARY, maxPartBytes: 1 << 20, call: 'retrieve series' };

async function* inPieces(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    yield bytes.subarray(from, cut);
    from = cut;
  }
  yield bytes.subarray(from);
}

async function partsOf(
  bytes: Uint8Array,
  cuts: readonly number[] = [],
  maxPartBytes = SETTINGS.maxPartBytes,
): Promise<MultipartPart[]> {
  const parts: MultipartPart[] = [];
  for await (const part of readMultipart(inPieces(bytes, cuts), { ...SETTINGS, maxPartBytes }))
    parts.push(part);
  return parts;
}

interface Layout {
  readonly bodies: readonly Uint8Array[];
  readonly withLength: boolean;
  readonly preamble: string;
  readonly epilogue: string;
  readonly padding: string;
}

function encode({ bodies, withLength, preamble, epilogue, padding }: Layout): Buffer {
  const parts = bodies.flatMap((body) => [
    Buffer.from(`--${BOUNDARY}${padding}\r\nContent-Type: application/dicom\r\n`),
    Buffer.from(withLength ? `content-LENGTH: ${body.length}\r\n\r\n` : '\r\n'),
    Buffer.from(body),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([Buffer.from(preamble), ...parts, Buffer.from(`--${BOUNDARY}--${epilogue}`)]);
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

const plain: Layout = { bodies: [], withLength: false, preamble: '', epilogue: '\r\n', padding: '' };

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

describe('bodies as some archives write them', () => {
  const image = Buffer.from(imageBytes());
  const whole = (given: Partial<Layout> = {}) => encode({ ...plain, bodies: [image, image], ...given });
  const read = async (
    body: Buffer,
    settings: Partial<Parameters<typeof readMultipart>[1]> = {},
    cuts: readonly number[] = [],
  ) => {
    const parts: Buffer[] = [];
    for await (const { bytes } of readMultipart(inPieces(body, cuts), { ...SETTINGS, ...settings }))
      parts.push(Buffer.from(bytes));
    return parts;
  };
  /** The line ends around the objects; within them CRLF may stand too. */
  const withLineEnds = (lineEnd: string, body: Buffer) =>
    Buffer.from(
      body
        .toString('latin1')
        .split(image.toString('latin1'))
        .map((around) => around.replaceAll('\r\n', lineEnd))
        .join(image.toString('latin1')),
      'latin1',
    );

  test.each([
    ['lines that end in LF alone', withLineEnds('\n', whole()), {}],
    ['lines that end in LF alone, with lengths', withLineEnds('\n', whole({ withLength: true })), {}],
    ['empty lines before the first delimiter', whole({ preamble: '\r\n\r\n\r\n' }), {}],
    [
      'an empty line too many after the headers',
      Buffer.from(whole().toString('latin1').replaceAll('dicom\r\n\r\n', 'dicom\r\n\r\n\r\n'), 'latin1'),
      {},
    ],
    [
      'an empty line after the headers that the length does not count',
      Buffer.from(
        whole({ withLength: true })
          .toString('latin1')
          .replaceAll(/(LENGTH: \d+\r\n\r\n)/g, '$1\r\n'),
        'latin1',
      ),
      {},
    ],
    ['a boundary given with its dashes', whole(), { boundary: `--${BOUNDARY}` }],
    [
      'a boundary that begins with dashes',
      Buffer.from(whole().toString('latin1').replaceAll(`--${BOUNDARY}`, `----${BOUNDARY}`), 'latin1'),
      { boundary: `--${BOUNDARY}` },
    ],
  ])('%s', async (_, body, settings) => {
    for (const cuts of [[], Array.from(body.keys())])
      expect(await read(body, settings, cuts)).toEqual([image, image]);
  });

  describe('without the last boundary', () => {
    const closing = `\r\n--${BOUNDARY}--\r\n`.length;
    const ends = [
      ['nothing', 0],
      ['a line end', 2],
      ['a delimiter cut off', 6],
      ['a delimiter that does not close', closing - 4],
    ] as const;

    test.each(ends)('%s at the end of a body that HTTP says is whole', async (_, kept) => {
      for (const withLength of [true, false]) {
        const body = whole({ withLength });
        const parts = await read(body.subarray(0, body.length - closing + kept), { isFramed: true });
        expect(parts.map((part) => part.subarray(0, image.length))).toEqual([image, image]);
      }
    });

    test.each(ends)('%s at the end of a body that may have been cut', async (_, kept) => {
      const body = whole();
      await expect(read(body.subarray(0, body.length - closing + kept))).rejects.toMatchObject({
        name: 'ArchiveError',
        retryable: true,
      });
    });

    test('an object that is not whole is never taken, wherever it is cut', async () => {
      const body = whole();
      const begin = body.lastIndexOf(image);
      for (let end = begin; end < begin + image.length; end += 1) {
        await expect(read(body.subarray(0, end), { isFramed: true }), `${end}`).rejects.toMatchObject({
          retryable: true,
        });
      }
    });
  });

  test('every byte is told before it is kept, and a part without end is stopped there', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`--${BOUNDARY}\r\n\r\n`);
      for (;;) yield Buffer.alloc(64 * 1024);
    }
    let left = 10 * 1024 ** 2;
    let largest = 0;
    const onBytes = (count: number) => {
      left -= count;
      largest = Math.max(largest, process.memoryUsage().arrayBuffers);
      if (left < 0) throw new RangeError('no more');
    };
    const before = process.memoryUsage().arrayBuffers;
    const reading = async () => {
      for await (const _ of readMultipart(endless(), { ...SETTINGS, maxPartBytes: 2 ** 31, onBytes })) break;
    };
    await expect(reading()).rejects.toThrow('no more');
    expect(largest - before).toBeLessThan(40 * 1024 ** 2);
  });

  test('a part is put together without taking its memory twice', async () => {
    const size = 64 * 1024 ** 2;
    const chunk = Buffer.alloc(256 * 1024, 7);
    async function* large(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`--${BOUNDARY}\r\n\r\n`);
      for (let sent = 0; sent < size; sent += chunk.length) yield chunk;
      yield Buffer.from(`\r\n--${BOUNDARY}--`);
    }
    const before = process.memoryUsage().arrayBuffers;
    for await (const { bytes } of readMultipart(large(), { ...SETTINGS, maxPartBytes: 2 * size })) {
      expect(bytes.length).toBe(size);
      expect(bytes.every((byte) => byte === 7)).toBe(true);
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1.5 * size);
    }
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
