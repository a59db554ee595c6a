import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { encodedFrames } from '../../pixels/encoded-frame.ts';
import { applyRules, parseSeriesRules } from '../../series/rules/series-rules.ts';
import { slicesFromInstance } from '../../volume/slice-from-instance.ts';
import type { DicomJson } from '../json/dicom-json.ts';
import { headerJson, parsePart10 } from '../part10/parse-part10.ts';
import { frameDataSets } from './functional-groups.ts';
import { element, imageBytes, SMALL_IMAGE } from './image.fixture.ts';
import { headersFromJson, type ImageHeader } from './image-header.ts';
import { readInstance } from './read-instance.ts';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;
const MIB = 1024 ** 2;

/** What a call leaves on the heap, and its time; the machine may be busy. */
function cost<T>(run: () => T): { readonly result: T; readonly heapBytes: number; readonly ms: number } {
  gc();
  const before = process.memoryUsage().heapUsed;
  const began = performance.now();
  const result = run();
  const ms = performance.now() - began;
  gc();
  return { result, heapBytes: process.memoryUsage().heapUsed - before, ms };
}

/** An Enhanced MR of one-pixel frames, with attributes of no use in common, and one of many values. */
function wideObject(attributes: number, frames: number): Uint8Array {
  const position = (z: number) => ({
    '00209113': element('SQ', { '00200032': element('DS', '0', '0', String(z)) }),
  });
  const whole = imageBytes({
    '00280008': element('IS', String(frames)),
    '00280010': element('US', 1),
    '00280011': element('US', 1),
    '00080008': element('CS', ...Array<string>(1000).fill('A')),
    '52009229': element('SQ', { '00289110': element('SQ', { '00280030': element('DS', '1', '1') }) }),
    '52009230': element('SQ', ...Array.from({ length: frames }, (_, z) => position(z))),
    '7FE00010': element('OW', new Uint16Array(frames).buffer),
  });
  const many = Buffer.alloc(attributes * 10);
  for (let i = 0; i < attributes; i++) {
    many.writeUInt16LE(0x0028, i * 10);
    many.writeUInt16LE(0x4000 + i, i * 10 + 2);
    many.write('CS', i * 10 + 4, 'latin1');
    many.writeUInt16LE(2, i * 10 + 6);
    many.write('A ', i * 10 + 8, 'latin1');
  }
  const at = Buffer.from(whole).indexOf(Buffer.from('0052299253510000', 'hex'));
  return Buffer.concat([whole.subarray(0, at), many, whole.subarray(at)]);
}

const FRAMES = 5000;
const wide = wideObject(20_000, FRAMES);
const parsedRules = parseSeriesRules(
  '{ "rules": [{ "name": "none", "when": { "(0028,4001)": "B" }, "refuse": true }] }',
);
const rules = parsedRules.kind === 'rules' ? parsedRules.rules : [];
const siteRule = (frame: DicomJson) => applyRules(rules, frame);

describe('20,000 attributes in common and 5,000 frames', () => {
  test('headers by rules, in the memory of the headers', () => {
    const { result, heapBytes, ms } = cost(() => headersFromJson(headerJson(parsePart10(wide)), siteRule));
    expect(result).toHaveLength(FRAMES);
    expect(result.map(({ imagePositionMm }) => imagePositionMm?.[2])).toEqual([...Array(FRAMES).keys()]);
    expect(heapBytes).toBeLessThan(40 * MIB);
    expect(ms).toBeLessThan(5000);
  });

  test('an instance and all its slices', () => {
    const { result, heapBytes, ms } = cost(() => {
      const instance = readInstance(wide);
      const numbers = Array.from({ length: FRAMES }, (_, i) => i + 1);
      return { instance, slices: slicesFromInstance(instance, numbers, async () => new Float32Array(1)) };
    });
    expect(result.slices).toHaveLength(FRAMES);
    expect(heapBytes).toBeLessThan(60 * MIB);
    expect(ms).toBeLessThan(5000);
  });

  test('a frame at a time costs no more than all at once', () => {
    const instance = readInstance(wide);
    const { ms } = cost(() => {
      for (let i = 1; i <= FRAMES; i++) slicesFromInstance(instance, [i], async () => new Float32Array(1));
    });
    expect(ms).toBeLessThan(5000);
    expect(encodedFrames(instance)).toHaveLength(FRAMES);
  });

  test('the same as DICOM JSON, where no length is bounded', () => {
    const json = {
      ...headerJson(parsePart10(wide)),
      '0008103E': element('LO', 'x'.repeat(100_000)),
      '00180022': element('CS', ...Array<string>(50_000).fill('FS')),
      '00200032': element('DS', ...Array<number>(50_000).fill(1)),
    };
    const { result, heapBytes, ms } = cost((): readonly ImageHeader[] => headersFromJson(json, siteRule));
    expect(result).toHaveLength(FRAMES);
    expect(heapBytes).toBeLessThan(60 * MIB);
    expect(ms).toBeLessThan(5000);
  });
});

describe('frames', () => {
  const object = (perFrame: readonly DicomJson[]): DicomJson => ({
    ...SMALL_IMAGE,
    '00280008': element('IS', perFrame.length),
    '00180050': element('DS', 4),
    '52009229': element('SQ', { '00289110': element('SQ', { '00180050': element('DS', 5) }) }),
    '52009230': element('SQ', ...perFrame),
  });

  test('have their own attributes over the shared ones, and these over those of the object', () => {
    const own = { '00289110': element('SQ', { '00180050': element('DS', 6) }) };
    const [first, second] = frameDataSets(object([{}, own]));
    expect(first!['00180050']).toEqual(element('DS', 5));
    expect(second!['00180050']).toEqual(element('DS', 6));
    expect(second!['00080018']).toEqual(SMALL_IMAGE['00080018']);
    expect(second!['52009230']).toBeUndefined();
  });

  test('of more attributes than are read are refused, and the instance named', () => {
    const many = Object.fromEntries(
      Array.from({ length: 2000 }, (_, i) => [
        `0018${(0x9000 + i).toString(16)}`.toUpperCase(),
        element('CS'),
      ]),
    );
    const perFrame = Array.from({ length: 600 }, () => ({ '00189112': element('SQ', many) }));
    expect(() => frameDataSets(object(perFrame))).toThrow(
      'SOP instance 2.25.3: its frames have more than 1000000 attributes (5200,9230)',
    );
  });

  test('of more frames than are read are refused', () => {
    expect(() => frameDataSets(object(Array<DicomJson>(20_001).fill({})))).toThrow(
      /20001 frames .*\(5200,9230\)/,
    );
  });
});
