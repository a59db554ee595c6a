import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { phantomEnhancedDicom } from '../../../test/support/enhanced/phantom-enhanced-dicom.ts';
import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import { headerJson, parsePart10 } from '../../dicom/part10/parse-part10.ts';
import { phantomDicom } from '../../phantom/dicom/phantom-dicom.ts';
import { phantomStudy } from '../../phantom/phantom-study.ts';
import { jsonWeight } from './json-weight.ts';
import { parseAnswer } from './parse-answer.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes of memory a character that a text takes once it is parsed. */
function memoryOf(text: string): number {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const parsed: unknown = JSON.parse(text);
  collectGarbage();
  const taken = process.memoryUsage().heapUsed - before;
  expect(parsed).toBeDefined();
  return taken / text.length;
}

const SIZE = 3 * 2 ** 20;
const tag = (number: number) => number.toString(16).toUpperCase().padStart(8, '0');
const letters = (number: number) =>
  number.toString(36).replaceAll(/\d/g, (digit) => 'ABCDEFGHIJ'[Number(digit)]!);

/** Made to take as much memory as can be; `n` counts the elements of a list. */
const HOSTILE: Readonly<Record<string, (n: number) => string>> = {
  'empty objects': () => '{}',
  'empty lists': () => '[]',
  'lists of one': () => '[0]',
  'lists in lists': () => '['.repeat(1000) + ']'.repeat(1000),
  'names that are new': (n) => `{"${letters(n)}":0}`,
  'pairs of names that are new': (n) => `{"${letters(n)}":0,"${letters(n + 7e5)}":0}`,
  'tags in ever new orders': (n) => `{"${tag(n % 1000)}":0,"${tag(1000 + Math.floor(n / 1000))}":0}`,
  'names that are indices': () => '{"9":0}',
  'names that are far indices': () => '{"99999999":0}',
};

/** A list with elements of at most so many characters, and a text beside them. */
function listOf(element: (n: number) => string, size: number, padding = 0): string {
  const elements: string[] = [JSON.stringify('x'.repeat(padding))];
  for (let n = 0, length = 0; length < size; n += 1) {
    elements.push(element(n));
    length += elements.at(-1)!.length + 1;
  }
  return `[${elements.join(',')}]`;
}

describe.each(Object.entries(HOSTILE))('%s', (_, element) => {
  test('are refused', () => {
    expect(() => parseAnswer('find studies', listOf(element, SIZE))).toThrow(
      /^find studies: the answer would take [\d.]+ MiB of memory, over 8 times its size$/,
    );
  });

  test('with as much text as they need to pass take little more than is allowed', () => {
    const perCharacter = (jsonWeight(listOf(element, SIZE)) - SIZE) / SIZE;
    // Weight of the elements and one for each character of either, for 8 a character of all.
    const padding = Math.ceil((SIZE * (perCharacter + 1 - 8)) / 7) + SIZE / 50;
    const text = listOf(element, SIZE, Math.max(0, padding));
    expect(parseAnswer('find studies', text)).toBeDefined();
    expect(memoryOf(text)).toBeLessThan(10);
  });
});

test('what takes less than its weight says is no harm: the weight is seldom below the truth', () => {
  const values = ['-0', '0.5', '1e9', '7', 'true', '""', '"ab"', '"\\u0100"', '{"vr":"CS"}'];
  for (const value of values) {
    const text = listOf(() => value, SIZE);
    expect(memoryOf(text), value).toBeLessThan(1.2 * (jsonWeight(text) / text.length));
  }
});

describe('metadata of images pass', () => {
  const study = phantomStudy(5, { window: (_, plane) => ({ ...plane, rows: 16, columns: 16 }) });
  const when = { studyDate: '20240115', studyTime: '101112' };
  const header = (bytes: Uint8Array) => headerJson(parsePart10(bytes)) as Record<string, DicomJson[string]>;
  const weighed = (dataSets: readonly object[]) => {
    const text = JSON.stringify(dataSets);
    expect(parseAnswer('series metadata', text)).toEqual(dataSets);
    expect(jsonWeight(text) / text.length).toBeLessThan(6.5);
  };

  test('of 2,000 classic images with private attributes', () => {
    const [first] = phantomDicom(study, when);
    const image = header(first!.bytes);
    weighed(
      Array.from({ length: 2_000 }, (_, n) => ({
        ...image,
        '00080018': { vr: 'UI', Value: [`2.25.${n}`] },
        '00200013': { vr: 'IS', Value: [n] },
        '00200032': { vr: 'DS', Value: [n / 3, -120.25, 88.5] },
        '00104000': { vr: 'LT' },
        ...Object.fromEntries(
          Array.from({ length: 60 }, (_, i) => [`2001${1010 + i}`, { vr: 'SS', Value: [(i * n) % 7] }]),
        ),
      })),
    );
  });

  test('of an Enhanced MR image of 500 frames', () => {
    const [first] = phantomEnhancedDicom(study, when);
    const image = header(first!.bytes);
    const frames = image['52009230']!.Value as DicomJson[];
    weighed([
      {
        ...image,
        '52009230': { vr: 'SQ', Value: Array.from({ length: 500 }, (_, n) => frames[n % frames.length]) },
      },
    ]);
  });
});
