import { describe, expect, test } from 'vitest';
import { imageBytes } from '../../dicom/image/image.fixture.ts';
import { BOUNDARY, encode, type Layout, plain, readInPieces } from './multipart.fixture.ts';

describe('bodies as some archives write them', () => {
  const image = Buffer.from(imageBytes());
  const whole = (given: Partial<Layout> = {}) => encode({ ...plain, bodies: [image, image], ...given });
  const read = async (
    body: Buffer,
    settings: Parameters<typeof readInPieces>[2] = {},
    cuts: readonly number[] = [],
  ) => {
    const parts: Buffer[] = [];
    for await (const { bytes } of readInPieces(body, cuts, settings)) parts.push(Buffer.from(bytes));
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
});
