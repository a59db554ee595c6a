import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { startDecoderPool } from '../../pixels/decoder-pool.ts';
import { slicesFromInstance } from '../../volume/slice-from-instance.ts';
import { readInstance } from '../image/read-instance.ts';
import { ImagingError } from '../imaging-error.ts';
import { broken, type Mutation, mutation, wholeObjects } from './broken-object.fixture.ts';

/*
 * A few seconds with the tests; FUZZ_MINUTES=60 FUZZ_SEED=7 npm run fuzz goes on for longer. What fails is written
 * to out/fuzz, and found again by its seed and path, which fast-check prints: FUZZ_SEED=… FUZZ_PATH=… npm run fuzz.
 */
const minutes = Number(process.env['FUZZ_MINUTES'] ?? 0);
const seed = process.env['FUZZ_SEED'] === undefined ? undefined : Number(process.env['FUZZ_SEED']);
const path = process.env['FUZZ_PATH'];
const SHORT_RUNS = 1500;

/** What any one object may take of the event loop, and of decoding; the machine may be busy. */
const [MAX_READING_MS, FRAME_TIMEOUT_MS] = [1500, 8000];
const MAX_GROWTH_BYTES = 900 * 1024 ** 2;

const objects = wholeObjects();
const decoders = startDecoderPool({ threads: 2, frameTimeoutMs: FRAME_TIMEOUT_MS });
afterAll(() => decoders.close());

test('every whole object can be read', async () => {
  for (const { name, bytes } of objects) {
    const instance = readInstance(bytes);
    const numbers = instance.frames.map((_, i) => (instance.header.frameNumber === null ? null : i + 1));
    const slices = slicesFromInstance(instance, numbers, decoders.decode);
    for (const slice of slices) expect((await slice.pixels()).length, name).toBe(33 * 47);
  }
});

test('a broken object ends in an image or in an ImagingError, in bounded time and memory', {
  timeout: (minutes + 2) * 60_000,
}, async () => {
  const before = process.memoryUsage().rss;
  const outcomes = { images: 0, errors: 0, ended: 0 };
  const cases = fc.tuple(fc.nat(objects.length - 1), fc.array(mutation, { minLength: 1, maxLength: 6 }));
  const property = fc.asyncProperty(cases, async ([index, mutations]) => {
    const bytes = broken(objects[index]!, mutations);
    const outcome = await outcomeOf(bytes);
    outcomes[outcome]++;
    expect(process.memoryUsage().rss - before).toBeLessThan(MAX_GROWTH_BYTES);
  });
  const long = minutes > 0 && path === undefined;
  const details = await fc.check(property, {
    numRuns: long ? Number.MAX_SAFE_INTEGER : SHORT_RUNS,
    ...(long ? { interruptAfterTimeLimit: minutes * 60_000, markInterruptAsFailure: false } : {}),
    ...(seed === undefined ? {} : { seed }),
    ...(path === undefined ? {} : { path }),
  });
  if (minutes > 0) process.stdout.write(`seed ${details.seed}: ${JSON.stringify(outcomes)}\n`);
  if (details.failed) keep(details);
  expect(details.failed, fc.defaultReportMessage(details)).toBe(false);
  // Both ends of the property are reached.
  if (path === undefined) expect(Math.min(outcomes.images, outcomes.errors)).toBeGreaterThan(100);
});

/** @throws whatever is neither an image nor an ImagingError. */
async function outcomeOf(bytes: Uint8Array): Promise<'images' | 'errors' | 'ended'> {
  const began = performance.now();
  try {
    const instance = readInstance(bytes);
    const numbers = instance.frames.map((_, i) => (instance.header.frameNumber === null ? null : i + 1));
    const slices = slicesFromInstance(instance, numbers, decoders.decode);
    expect(performance.now() - began, 'ms to read').toBeLessThan(MAX_READING_MS);
    for (const { plane, pixels } of slices) {
      const values = await pixels();
      expect(values).toHaveLength(plane.rows * plane.columns);
      expect(values.every(Number.isFinite)).toBe(true);
    }
    return 'images';
  } catch (cause) {
    if (!(cause instanceof ImagingError)) throw cause;
    expect(cause.sopInstanceUid !== null || cause.message.startsWith('DICOM object: ')).toBe(true);
    // Where no one attribute is at fault, the object is none.
    expect(cause.tag !== null || /not a|cut off/.test(cause.problem), cause.message).toBe(true);
    return /and was ended/.test(cause.message) ? 'ended' : 'errors';
  }
}

function keep({ counterexample, seed }: fc.RunDetails<[[number, Mutation[]]]>): void {
  const [index, mutations] = counterexample![0];
  mkdirSync('out/fuzz', { recursive: true });
  writeFileSync(join('out/fuzz', `${seed}.dcm`), broken(objects[index]!, mutations));
}
