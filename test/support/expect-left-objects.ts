import { expect } from 'vitest';
import { validated } from '../../src/cli/validate/validated.fixture.ts';
import type { ResultKind } from '../../src/domain/result-object.ts';
import type { LeftObjects } from './left-objects.ts';

/** @param counts how many of each kind; of key objects at least. */
export function expectOfEachKind({ files }: LeftObjects, counts: Readonly<Record<ResultKind, number>>): void {
  const kinds = Map.groupBy(files, ({ kind }) => kind);
  expect([kinds.get('SR')!.length, kinds.get('SC')!.length]).toEqual([counts.SR, counts.SC]);
  expect(kinds.get('KO')!.length).toBeGreaterThanOrEqual(counts.KO);
  expect((kinds.get('SEG') ?? []).length).toBe(counts.SEG);
}

/** Every validator is there, reads what it can read, and finds no error. */
export async function expectWithoutErrors({ files }: LeftObjects): Promise<void> {
  const judged = await validated(files.map(({ file }) => file));
  expect(judged.filter(({ fault }) => fault !== null)).toEqual([]);
  const all = judged.flatMap(({ file, verdicts }) => verdicts.map((verdict) => ({ file, ...verdict })));
  expect(all.filter(({ installed, errors }) => !installed || errors.length > 0)).toEqual([]);
  const count = (of: (typeof all)[number]['validator']) =>
    all.filter(({ validator }) => validator === of).length;
  const structured = files.filter(({ kind }) => kind === 'SR' || kind === 'KO').length;
  expect([count('dciodvfy'), count('dsrdump'), count('PixelMed')]).toEqual([
    files.length,
    structured,
    structured,
  ]);
}
