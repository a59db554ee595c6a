import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { TARGETS, targetKey } from '../domain/target.ts';
import { writeGrades } from '../evaluation/tables/grades-table.ts';
import { writeSubmission } from '../evaluation/tables/submission-table.ts';
import { captured } from './captured.fixture.ts';
import { scoreCommand } from './score.ts';

const folder = mkdtempSync(join(tmpdir(), 'score-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

/** Normal/Mild in all, but for a severe canal and a moderate recess in the second study; one blank. */
const labels = join(folder, 'labels.csv');
const mild = Object.fromEntries(TARGETS.map((target) => [targetKey(target), 'Normal/Mild' as const]));
const { left_neural_foraminal_narrowing_l1_l2: _, ...blankForamen } = mild;
writeFileSync(
  labels,
  writeGrades([
    ['a', blankForamen],
    ['b', { ...mild, spinal_canal_stenosis_l4_l5: 'Severe', left_subarticular_stenosis_l4_l5: 'Moderate' }],
  ]),
);
const keys = ['b', 'a'].flatMap((study) => TARGETS.map((target) => `${study}_${targetKey(target)}`));

const run = (...args: string[]) => captured(scoreCommand, args);

test('prints the metric and its four parts to five digits', async () => {
  const submission = join(folder, 'half.csv');
  writeFileSync(submission, writeSubmission(keys.map((key) => [key, [0.5, 0.25, 0.25]])));
  const { code, out } = await run('--labels', labels, '--submission', submission);
  expect(code).toBe(0);
  // canal (9·ln 2 + 4·ln 4)/13; foramina ln 2; recess (19·ln 2 + 2·ln 4)/21;
  // any severe (−ln .75 + 4·ln 4)/5; the score their mean.
  expect(out).toBe(
    [
      'score                       0.88133',
      'spinal canal stenosis       0.90642',
      'neural foraminal narrowing  0.69315',
      'subarticular stenosis       0.75916',
      'any severe spinal canal     1.16657',
      '',
    ].join('\n'),
  );
});

test('says what is wrong with a file, and how it is used', async () => {
  const submission = join(folder, 'short.csv');
  writeFileSync(submission, writeSubmission([[keys[0]!, [1, 0, 0]]]));
  const short = await run('--labels', labels, '--submission', submission);
  expect(short.code).toBe(1);
  expect(short.err).toContain(`${submission}, column row_id: lacks a_spinal_canal_stenosis_l1_l2, `);
  const absent = await run('--labels', join(folder, 'none.csv'), '--submission', submission);
  expect(absent.code).toBe(1);
  expect(absent.err).toContain('none.csv');
  expect(await run('--labels', labels)).toMatchObject({ code: 2, err: expect.stringContaining('usage:') });
  expect(await run('--nonsense')).toMatchObject({ code: 2, err: expect.stringContaining('usage:') });
});
