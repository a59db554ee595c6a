import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CATALOGUE } from '../domain/catalogue.ts';
import { codesPage } from './codes.ts';

test('docs/reasons.md tells every code, and none that is not', () => {
  const page = readFileSync(new URL('../../docs/reasons.md', import.meta.url), 'utf8');
  expect(page).toBe(codesPage());
  const told = [...page.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, code]) => code);
  expect(told.sort()).toEqual(Object.keys(CATALOGUE).sort());
});
