import { expect, test } from 'vitest';
import { BOUNDARY, SETTINGS } from './multipart.fixture.ts';
import { readMultipart } from './multipart-reader.ts';

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
