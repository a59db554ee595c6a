import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Evaluation } from '../../evaluation/evaluation.ts';
import { type ReferenceGrades, readGrades, writeGrades } from '../../evaluation/tables/grades-table.ts';
import { readSubmission } from '../../evaluation/tables/submission-table.ts';
import { captured } from '../captured.fixture.ts';
import { phantomCommand } from '../phantom/phantom.ts';
import { scoreFiles } from '../score.ts';
import { evaluateCommand } from './evaluate.ts';

const PACK = fileURLToPath(new URL('../../../models/default', import.meta.url));
const SEED = '731';
/** A whole study is rendered, which a busy machine may take long for. */
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const root = mkdtempSync(join(tmpdir(), 'evaluate-'));
const studies = join(root, 'studies');
const file = (name: string) => join(root, name);
const readJson = (name: string) => JSON.parse(readFileSync(file(name), 'utf8')) as Evaluation;
let studyId: string;

const run = (...args: string[]) => captured(evaluateCommand, args);

/** One phantom as DICOM; the same without its sagittal T2; a study without labels; one without images. */
beforeAll(async () => {
  await phantomCommand(['--out', studies, '--studies', '1', '--seed', SEED, '--prevalence', 'balanced']);
  const table = join(studies, 'train.csv');
  const labels = readGrades(readFileSync(table, 'utf8'), table);
  const [[id, grades]] = [...labels] as [[string, ReferenceGrades]];
  studyId = id;
  writeFileSync(
    table,
    writeGrades([
      ['no-images', grades],
      [studyId, grades],
      ['no-sagittal-t2', grades],
    ]),
  );
  mkdirSync(join(studies, 'no-images'));
  mkdirSync(join(studies, 'no-labels'));
  cpSync(join(studies, studyId), join(studies, 'no-sagittal-t2'), { recursive: true });
  const [, sagittalT2] = readFileSync(join(studies, 'train_series_descriptions.csv'), 'utf8')
    .split('\n')
    .find((line) => line.endsWith('Sagittal T2/STIR'))!
    .split(',');
  rmSync(join(studies, 'no-sagittal-t2', sagittalT2!), { recursive: true });
});
afterAll(() => rmSync(root, { recursive: true }));

describe('evaluate --from', () => {
  beforeAll(async () => {
    const outputs = ['--json', file('a.json'), '--report', file('a.html'), '--submission', file('a.csv')];
    const { code } = await run('--model', PACK, '--from', studies, ...outputs, '--resamples', '20');
    expect(code).toBe(0);
  });

  test('grades what the service would, and names the rest with reasons', () => {
    const { studies: counts } = readJson('a.json');
    expect(counts).toMatchObject({ graded: 1, labelledTargets: 25, failed: [], unlabelled: ['no-labels'] });
    expect(counts.ineligible).toEqual([
      { studyId: 'no-images', reasons: ['there is no <series>/<instance>.dcm in its folder'] },
      { studyId: 'no-sagittal-t2', reasons: ['no series qualifies as sagittal T2'] },
    ]);
  });

  test('gives the score that `score` gives its submission', async () => {
    const table = join(studies, 'train.csv');
    const grades = readGrades(readFileSync(table, 'utf8'), table).get(studyId)!;
    writeFileSync(file('graded.csv'), writeGrades([[studyId, grades]]));
    const { score, conditions, anySevereCanal } = await scoreFiles(file('graded.csv'), file('a.csv'));
    const { competition } = readJson('a.json').grading;
    expect(score).not.toBeNull();
    expect(competition.score.value).toBeCloseTo(score!, 9);
    expect(competition.anySevereCanal.value).toBeCloseTo(anySevereCanal!, 9);
    expect(competition.conditions.subarticular_stenosis.value).toBeCloseTo(
      conditions.subarticular_stenosis!,
      9,
    );
  });

  test('says what was measured on what, how many weights there are and how long a study takes', () => {
    const json = JSON.parse(readFileSync(file('a.json'), 'utf8'));
    expect(json).toMatchObject({
      schema: 'spinegrade-evaluation/3',
      source: { from: { kind: 'folder', folder: studies }, without: [], crop: 1 },
      labels: null,
    });
    expect(json.pack.parameters).toBeGreaterThan(1_000_000);
    expect(json.timing.msPerStudy).toBeGreaterThan(10);
  });

  test('measures the places found: levels right, centres near', () => {
    const { disc, canal, misnumbered } = readJson('a.json').localisation;
    expect(misnumbered).toEqual([]);
    expect(disc).toMatchObject({ count: 5, meanInSliceMm: null });
    expect(canal!.count).toBe(5);
    expect(disc!.worstMm).toBeLessThan(12);
    expect(canal!.meanInSliceMm).toBeLessThanOrEqual(canal!.meanMm.value!);
  });

  test('writes a page that stands alone and names pack, seed and command', () => {
    const page = readFileSync(file('a.html'), 'utf8');
    const manifest = JSON.parse(readFileSync(join(PACK, 'manifest.json'), 'utf8')) as { version: string };
    expect(page).toContain('Research use only');
    expect(page).toContain(manifest.version);
    expect(page).toContain(`evaluate --model ${PACK} --from ${studies}`);
    expect(page).toContain(studyId);
    expect(page).not.toMatch(/<script|<link|@import|url\(|(?:src|href)="(?!data:)/);
    expect(page.match(/<svg/g)!.length).toBeGreaterThanOrEqual(7);
  });

  test('gives the same files a second time', async () => {
    const again = ['--json', file('b.json'), '--submission', file('b.csv'), '--resamples', '20'];
    await run('--model', PACK, '--from', studies, ...again);
    expect(readFileSync(file('b.csv'), 'utf8')).toBe(readFileSync(file('a.csv'), 'utf8'));
    expect(readJson('b.json').grading).toEqual(readJson('a.json').grading);
  });

  test('of a phantom says what --phantoms says of it, but for the rounding of its pixels', async () => {
    const phantom = ['--phantoms', '1', '--seed', SEED, '--family', 'demo', '--prevalence', 'balanced'];
    const { code } = await run(
      '--model',
      PACK,
      ...phantom,
      '--submission',
      file('p.csv'),
      '--resamples',
      '0',
    );
    expect(code).toBe(0);
    const read = (name: string) => readSubmission(readFileSync(file(name), 'utf8'), name);
    const [asDicom, inMemory] = [read('a.csv'), read('p.csv')];
    expect(inMemory.size).toBe(25);
    for (const [id, posteriors] of inMemory) {
      const others = asDicom.get(id.replace(`phantom-${SEED}`, studyId))!;
      for (const [grade, probability] of posteriors.entries()) {
        expect(Math.abs(probability - others[grade]!), id).toBeLessThan(0.05);
      }
    }
  });

  test('grades without a role that was set aside, and differently', async () => {
    const { code } = await run(
      ...['--model', PACK, '--from', studies, '--without', 'axial-t2'],
      ...['--submission', file('w.csv'), '--resamples', '0'],
    );
    expect(code).toBe(0);
    expect(readdirSync(root)).toContain('w.csv');
    expect(readFileSync(file('w.csv'), 'utf8')).not.toBe(readFileSync(file('a.csv'), 'utf8'));
  });

  test('counts the discs of phantoms with six lumbar vertebrae from the sacrum, and says what they were', async () => {
    const { code, out } = await run(
      ...['--model', PACK, '--phantoms', '1', '--seed', SEED, '--lumbar-vertebrae', '6'],
      ...['--json', file('six.json'), '--resamples', '0'],
    );
    expect(code).toBe(0);
    expect(out).toContain('misnumbered studies: 0; with a warning: ');
    expect(readJson('six.json')).toMatchObject({
      studies: { graded: 1 },
      source: { from: { options: { variant: { lumbarVertebrae: 6 } } } },
    });
  });
});

test.each([
  [[], '--model is missing'],
  [['--model', PACK], 'one of --from, --phantoms, --slices and --masks is needed'],
  [['--model', PACK, '--from', 'x', '--anatomy'], '--anatomy is for --phantoms'],
  [
    ['--model', PACK, '--from', 'x', '--phantoms', '2'],
    'one of --from, --phantoms, --slices and --masks is needed',
  ],
  [['--model', PACK, '--phantoms', '0'], '--phantoms must be a whole number of at least 1'],
  [
    ['--model', PACK, '--phantoms', '1', '--family', 'x'],
    '--family must be one of demo, train, validation, held-out',
  ],
  [
    ['--model', PACK, '--phantoms', '1', '--transition', 'l6'],
    '--transition must be one of lumbarised-s1, sacralised-l5',
  ],
  [['--model', PACK, '--phantoms', '1', '--crop', '0'], '--crop must be a number above 0 and at most 1'],
  [['--model', PACK, '--phantoms', '1', '--without', 'sagittal-t2'], 'cannot do without sagittal-t2'],
  [
    ['--model', PACK, '--model', PACK, '--phantoms', '1', '--json', 'x'],
    '--json must be given as often as --model',
  ],
  [
    ['--model', PACK, '--model', PACK, '--phantoms', '1', '--report', 'x'],
    '--report and --submission are for one --model',
  ],
])('misuse %j is told of', async (args, problem) => {
  const { code, err } = await run(...args);
  expect(code).toBe(2);
  expect(err).toContain(problem);
});

test('input that cannot be used is told of', async () => {
  const noTable = join(root, 'no-table');
  mkdirSync(noTable);
  expect(await run('--model', PACK, '--from', noTable)).toMatchObject({
    code: 1,
    err: expect.stringContaining('train.csv'),
  });
  writeFileSync(join(noTable, 'train.csv'), 'study_id\n');
  const { code, err } = await run('--model', PACK, '--from', noTable);
  expect([code, err]).toEqual([
    1,
    expect.stringContaining('line 1, column spinal_canal_stenosis_l1_l2: is missing'),
  ]);
});
