import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { labelledForamina, labelledRecesses } from '../../evaluation/slices/labelled-phantom.fixture.ts';
import { captured } from '../captured.fixture.ts';
import { evaluateCommand } from './evaluate.ts';

/** Slices are rendered, which a busy machine may take long for. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const PACK = 'models/default';
const root = mkdtempSync(join(tmpdir(), 'evaluate-slices-'));
let foramina: Awaited<ReturnType<typeof labelledForamina>>;
let recesses: Awaited<ReturnType<typeof labelledRecesses>>;
beforeAll(async () => {
  foramina = await labelledForamina(500_031, 'png');
  recesses = await labelledRecesses(500_032, ['L3/L4', 'L4/L5']);
});
afterAll(() => {
  for (const folder of [root, foramina.folder, recesses.folder]) rmSync(folder, { recursive: true });
});

const run = (...args: string[]) => captured(evaluateCommand, ['--model', PACK, '--resamples', '10', ...args]);

test('each labelled foramen is graded once, from its slice, in figures and on a page', async () => {
  const [json, report] = [join(root, 'out.json'), join(root, 'out.html')];
  const { code, out } = await run('--slices', foramina.folder, '--json', json, '--report', report);
  expect(code).toBe(0);
  expect(out).toContain('neural_foraminal_narrowing, 10 at the labels');
  const evaluation = JSON.parse(readFileSync(json, 'utf8'));
  expect(evaluation).toMatchObject({ schema: 'spinegrade-slices-evaluation/1', studies: 1 });
  // Its slices show every foramen whole: the finder sees them, and they are graded there too.
  expect(evaluation.finder.foramina).toBe(10);
  expect(evaluation.atFound.conditions.neural_foraminal_narrowing.rows + evaluation.notFound).toBe(10);
  // Numbered as labelled, and one level too low and too high.
  const { asLabelled, oneOff } = evaluation.numbering;
  expect([asLabelled.doubted, oneOff.confirmed]).toEqual([0, 0]);
  expect(oneOff.doubted).toBe(2);
  expect(out).toContain('numbering of 1 studies by their foramina: as labelled, doubted 0');
  const { rows, measures } = evaluation.atLabels.conditions.neural_foraminal_narrowing;
  expect(rows).toBe(10);
  expect(measures.weightedLogLoss.value).toBeGreaterThan(0);
  const page = readFileSync(report, 'utf8');
  expect(page).toContain('Not a medical device');
  expect(page.match(/<img src="data:image\/png/g)).toHaveLength(10);
});

test('canal and recesses from three slices; of a grade that nobody gave nothing is said', async () => {
  const { code, out } = await run('--slices', recesses.folder);
  expect(code).toBe(0);
  expect(out).toContain('subarticular_stenosis, 4 at the labels');
  expect(out).not.toContain('spinal_canal_stenosis');
  expect(out).not.toContain('numbering');
});

test('a table that is malformed, a picture that is none, and misuse are told of', async () => {
  const broken = mkdtempSync(join(root, 'broken-'));
  writeFileSync(join(broken, 'findings.csv'), 'file,study_id,series_id,level,condition\n');
  expect(await run('--slices', broken)).toMatchObject({
    code: 1,
    err: expect.stringContaining('column grade'),
  });
  const table = readFileSync(join(foramina.folder, 'findings.csv'), 'utf8');
  writeFileSync(join(broken, 'findings.csv'), table);
  expect(await run('--slices', broken)).toMatchObject({ code: 1, err: expect.stringContaining('slices/') });
  expect(await run('--slices', broken, '--phantoms', '1')).toMatchObject({ code: 2 });
  expect(await run('--slices', broken, '--folds', '11')).toMatchObject({ code: 2 });
});
