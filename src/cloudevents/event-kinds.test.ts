import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseEventKinds } from './event-kinds.ts';
import { atPointer } from './json-pointer.ts';

test.each<[string, unknown, string]>([
  ['no JSON', undefined, 'not JSON'],
  ['no kinds', {}, "must have required property 'kinds'"],
  ['an empty list', { kinds: [] }, '/kinds must NOT have fewer than 1 items'],
  ['an unknown form', { kinds: [{ form: 'aws' }] }, '/kinds/0/form must be equal'],
  ['a pointer without types', { kinds: [{ form: 'pointer', study: '/a' }] }, "required property 'types'"],
  ['a pointer without place', { kinds: [{ form: 'pointer', types: ['a'] }] }, "required property 'study'"],
  [
    'a pointer that is none',
    { kinds: [{ form: 'pointer', types: ['a'], study: 'data.study' }] },
    '/kinds/0/study must be a JSON Pointer (RFC 6901)',
  ],
  ['types of a known form', { kinds: [{ form: 'azure-dicom', types: ['a'] }] }, '/kinds/0/types'],
  ['a source with stars within', { kinds: [{ form: 'azure-dicom', sources: ['*a'] }] }, '/kinds/0/sources/0'],
  ['an origin that is a URL', { origins: ['https://a'], kinds: [{ form: 'azure-dicom' }] }, '/origins/0'],
  [
    'an unknown member',
    { kinds: [{ form: 'azure-dicom', actions: 'look' }] },
    '/kinds/0 must NOT have additional',
  ],
])('%s is a problem of the file', (_, file, words) => {
  const parsed = parseEventKinds(file === undefined ? '{' : JSON.stringify(file));
  expect(parsed.kind === 'problems' && parsed.problems.join('\n')).toContain(words);
});

test.each<[string, unknown]>([
  ['', { 'a/b': [10, { '~': 20 }], '': 30 }],
  ['/a~1b/0', 10],
  ['/a~1b/1/~0', 20],
  ['/', 30],
  ['/a~1b/01', undefined],
  ['/a~1b/length', undefined],
  ['/a~1b/2', undefined],
  ['/constructor/name', undefined],
  ['/a~1b/0/toFixed', undefined],
])('%j points to its value (RFC 6901)', (pointer, value) => {
  expect(atPointer({ 'a/b': [10, { '~': 20 }], '': 30 }, pointer)).toEqual(value);
});

test('the file that docs/triggers.md shows can be used', () => {
  const [, shown = ''] = /```json\n(.*?)```/s.exec(readFileSync('docs/triggers.md', 'utf8')) ?? [];
  expect(parseEventKinds(shown)).toMatchObject({
    kind: 'kinds',
    kinds: { origins: ['eventgrid.azure.net'] },
  });
});
