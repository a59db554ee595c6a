import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { convert, element, imageBytes } from '../dicom/image/image.fixture.ts';
import { readInstance } from '../dicom/image/read-instance.ts';
import { ImagingError } from '../dicom/imaging-error.ts';
import { type DecoderPoolOptions, startDecoderPool } from './decoder-pool.ts';
import { type EncodedFrame, encodedFrames } from './encoded-frame.ts';

const frameOf = (bytes: Uint8Array): EncodedFrame => encodedFrames(readInstance(bytes))[0]!;
const frameNamed = (uid: string) =>
  frameOf(convert(imageBytes({ '00080018': element('UI', uid) }), 'dcmcrle'));
const THOUSANDS = Float32Array.from({ length: 20 }, (_, index) => index * 1000);
const misbehaving = new URL('./misbehaving-decoder.fixture.ts', import.meta.url);

function pool(options: DecoderPoolOptions = {}) {
  const started = startDecoderPool(options);
  onTestFinished(() => started.close());
  return started;
}

test('frames of every kind side by side, each to who asked', async () => {
  const { decode } = pool({ threads: 2 });
  const [rows, columns] = [48, 64];
  const cells = Uint16Array.from({ length: rows * columns }, (_, i) => (i * 31) % 4096);
  const plain = imageBytes({
    '00280010': element('US', rows),
    '00280011': element('US', columns),
    '7FE00010': element('OW', cells.buffer),
  });
  const encoded = [
    plain,
    convert(plain, 'dcmcrle'),
    convert(plain, 'dcmcjpeg'),
    convert(plain, 'dcmcjpls'),
    convert(plain, 'gdcmconv', '--j2k'),
  ];
  const frames = Array.from({ length: 40 }, (_, i) => frameOf(encoded[i % encoded.length]!));
  const decoded = await Promise.all(frames.map(decode));
  for (const values of decoded) expect(values).toEqual(Float32Array.from(cells));
});

test('the frame that was sent can be sent again', async () => {
  const { decode } = pool({ threads: 1 });
  const frame = frameNamed('2.25.3');
  expect(await decode(frame)).toEqual(await decode(frame));
});

test.each(['plain', 'dcmcrle'])(
  'a frame whose memory is spare goes as it is, another as a copy: %s',
  async (how) => {
    const { decode } = pool({ threads: 1 });
    // Alone in its memory, as it comes from an archive.
    const bytes = Uint8Array.from(how === 'plain' ? imageBytes() : convert(imageBytes(), how));
    const frame = frameOf(bytes);
    expect(await decode(frame)).toEqual(THOUSANDS);
    expect(bytes.buffer.detached).toBe(false);
    expect(await decode({ ...frame, memoryIsSpare: true })).toEqual(THOUSANDS);
    expect(bytes.buffer.detached).toBe(true);
  },
);

test('what is wrong with a frame is told as it is without threads', async () => {
  const { decode } = pool({ threads: 1 });
  const rle = frameOf(convert(imageBytes(), 'dcmcrle'));
  const broken = { ...rle, fragments: [rle.fragments[0]!.subarray(0, 70)] };
  const fault = await decode(broken).catch((cause: unknown) => cause);
  expect(fault).toBeInstanceOf(ImagingError);
  expect(fault).toMatchObject({ sopInstanceUid: '2.25.3', tag: '(7FE0,0010)' });
  expect((fault as Error).message).toMatch(/malformed RLE Lossless PixelData: an RLE segment/);
});

test.each([
  ['hangs', '2.25.666', 'took longer than the limit of 500 ms'],
  ['dies', '2.25.667', 'failed'],
  ['finds no memory', '2.25.668', 'failed'],
])('a decoder that %s is ended, its frame named, and all others are decoded', async (_, uid, fate) => {
  const { decode } = pool({ threads: 2, frameTimeoutMs: 500, script: misbehaving });
  const good = () => decode(frameNamed('2.25.3'));
  const bad = decode(frameNamed(uid)).catch((cause: unknown) => cause);
  const around = [good(), good(), decode(frameNamed(uid)).catch(() => null), good(), good()];
  expect(await bad).toBeInstanceOf(ImagingError);
  expect(String(await bad)).toContain(
    `SOP instance ${uid}: its RLE Lossless decoder ${fate} and was ended (7FE0,0010)`,
  );
  expect((await Promise.all(around)).filter((values) => values !== null)).toEqual(
    Array.from({ length: 4 }, () => THOUSANDS),
  );
  expect(await good()).toEqual(THOUSANDS);
});

test.each([0, 300])(
  'closing after %s ms ends what runs and what waits, and that is not the frames’ fault',
  async (ms) => {
    const { decode, close } = pool({ threads: 1, script: misbehaving });
    const asked = ['2.25.666', '2.25.3'].map((uid) =>
      decode(frameNamed(uid)).catch((cause: unknown) => cause),
    );
    await delay(ms);
    await close();
    for (const fault of await Promise.all(asked)) {
      expect(fault).not.toBeInstanceOf(ImagingError);
      expect(String(fault)).toContain('the decoder pool is closed');
    }
    await expect(decode(frameNamed('2.25.3'))).rejects.toThrow('the decoder pool is closed');
  },
);
