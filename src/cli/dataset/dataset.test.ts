import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readNpy } from '../../dataset/npy.fixture.ts';
import { DISC_LABELS } from '../../domain/assessment.ts';
import { GRADES } from '../../domain/grade.ts';
import { LEVELS } from '../../domain/level.ts';
import { LEVEL_TARGETS, targetKey } from '../../domain/target.ts';
import { readGrades } from '../../evaluation/tables/grades-table.ts';
import { phantomStudy } from '../../phantom/phantom-study.ts';
import { phantomCommand } from '../phantom/phantom.ts';
import { datasetCommand } from './dataset.ts';

/** Studies are rendered, which a busy machine may take long for. */
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const root = mkdtempSync(join(tmpdir(), 'dataset-'));
afterAll(() => rmSync(root, { recursive: true }));

const FOUR = ['Normal', 'Mild', 'Moderate', 'Severe'] as const;
const patch = { size: 32, mmPerPixel: 1.5, normalise: { kind: 'percentile', low: 1, high: 99 } };
const view = (role: string, plane: string, side: string | null, more: object = {}) => ({
  ...{ name: `${role} ${side}`, role, plane, side, slicesMm: [-4, 0, 4], toleranceMm: 5, ...more },
});
const canal = [view('sagittal-t2', 'sagittal', null), view('axial-t2', 'axial', 'left')];

/** Four kinds of network over one data set; the first two see the same. */
const template = {
  ...JSON.parse(readFileSync('training/packs/phantom.json', 'utf8')),
  classifiers: [
    {
      ...{ file: 'a.onnx', sample: 'level', levels: LEVELS, mask: 'mask' },
      inputs: [{ name: 'views', layout: 'views', ...patch, views: canal }],
      output: {
        ...{ name: 'logits', activation: 'softmax', classes: GRADES },
        heads: LEVEL_TARGETS,
      },
    },
    {
      ...{ file: 'b.onnx', sample: 'level', levels: LEVELS },
      inputs: [{ name: 'images', layout: 'views', ...patch, views: canal }],
      output: {
        ...{ name: 'labels', activation: 'sigmoid' },
        heads: DISC_LABELS.map((label) => ({ label })),
      },
    },
    {
      ...{ file: 'c.onnx', sample: 'level-side', levels: ['L4/L5'] },
      inputs: [
        {
          ...{ name: 'roi', layout: 'channels', ...patch },
          views: [view('axial-t2', 'axial', 'near', { centre: 'recess' })],
        },
      ],
      output: {
        ...{ name: 'logits', activation: 'softmax', classes: ['Normal/Mild', 'Severe'] },
        heads: [{ condition: 'subarticular_stenosis', side: 'near' }],
      },
    },
    {
      ...{ file: 'd.onnx', sample: 'level', levels: ['L3/L4', 'L4/L5'] },
      inputs: [{ name: 'volume', layout: 'volume', ...patch, views: [canal[0]] }],
      output: {
        ...{ name: 'logits', activation: 'softmax', classes: FOUR },
        heads: [{ condition: 'spinal_canal_stenosis', side: null }],
      },
    },
  ],
};
const templateFile = join(root, 'template.json');
writeFileSync(templateFile, JSON.stringify(template));

async function run(...args: string[]) {
  const err: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean(err.push(String(text))));
  try {
    return { code: await datasetCommand(args), err: err.join('') };
  } finally {
    vi.restoreAllMocks();
  }
}

/** One shard, written in this process. */
const shard = (out: string, ...args: string[]) =>
  run('--out', join(root, out), '--workers', '1', '--shard', '0', '--pack', templateFile, ...args);
const npy = (out: string, name: string) => readNpy(join(root, out, 'shard-0', `${name}.npy`));
const json = (out: string) =>
  JSON.parse(readFileSync(join(root, out, 'shard-0', 'dataset.json'), 'utf8')) as Record<string, unknown>;

describe('dataset --studies', () => {
  const SEED = 42;
  beforeAll(async () => {
    const { code } = await shard('phantoms', '--studies', '2', '--seed', String(SEED));
    expect(code).toBe(0);
  });

  test('writes the tensors of every network in the shapes it takes them', () => {
    const shapes = {
      'localiser-images': [2, 5, 288, 288],
      'localiser-targets': [2, 16, 4],
      'classifier-0-views': [2, 5, 2, 3, 32, 32],
      'classifier-0-mask': [2, 5, 2],
      'classifier-0-truth': [2, 5, 5],
      'classifier-1-images': [2, 5, 2, 3, 32, 32],
      'classifier-1-truth': [2, 5, 5],
      'classifier-2-roi': [2, 2, 3, 32, 32],
      'classifier-2-mask': [2, 2, 1],
      'classifier-2-truth': [2, 2, 1],
      'classifier-3-volume': [2, 2, 1, 3, 32, 32],
      'classifier-3-truth': [2, 2, 1],
    };
    for (const [name, shape] of Object.entries(shapes))
      expect(npy('phantoms', name).shape, name).toEqual(shape);
    expect(json('phantoms')).toMatchObject({ added: 2, pack: template });
  });

  test('shows something where the mask says so, and keeps what two networks see alike once', () => {
    expect(npy('phantoms', 'classifier-0-mask').bytes.every((there) => there === 1)).toBe(true);
    const { bytes } = npy('phantoms', 'classifier-2-roi');
    expect(new Set(bytes).size).toBeGreaterThan(50);
    const inode = (name: string) => statSync(join(root, 'phantoms', 'shard-0', `${name}.npy`)).ino;
    expect(inode('classifier-1-images')).toBe(inode('classifier-0-views'));
  });

  test("says what is true of each phantom in each network's own classes", () => {
    for (const i of [0, 1]) {
      const { truth } = phantomStudy(SEED + i, { family: 'train', prevalence: 'balanced' });
      const of = (name: string, per: number) => [
        ...npy('phantoms', name).bytes.subarray(i * per, (i + 1) * per),
      ];
      expect(of('classifier-0-truth', 25)).toEqual(
        LEVELS.flatMap((level) =>
          LEVEL_TARGETS.map((target) => GRADES.indexOf(truth.grades[targetKey({ ...target, level })]!)),
        ),
      );
      expect(of('classifier-1-truth', 25)).toEqual(
        LEVELS.flatMap((level) => DISC_LABELS.map((label) => Number(truth.labels[level][label]))),
      );
      const recess = (['left', 'right'] as const).map((side) => {
        const key = targetKey({ condition: 'subarticular_stenosis', side, level: 'L4/L5' });
        return { 'Normal/Mild': 0, Moderate: 255, Severe: 1 }[truth.grades[key]!];
      });
      expect(of('classifier-2-truth', 2)).toEqual(recess);
      expect(of('classifier-3-truth', 2)).toEqual(
        (['L3/L4', 'L4/L5'] as const).map((level) =>
          FOUR.indexOf(
            truth.fourGrades[targetKey({ condition: 'spinal_canal_stenosis', side: null, level })]!,
          ),
        ),
      );
    }
  });

  test('leaves the localiser out when asked', async () => {
    await shard('regions', '--studies', '1', '--seed', String(SEED), '--without-localiser');
    expect(() => npy('regions', 'localiser-images')).toThrow(/ENOENT/);
    const truth = npy('phantoms', 'classifier-0-truth').bytes.subarray(0, 25);
    expect(npy('regions', 'classifier-0-truth').bytes).toEqual(truth);
    expect(npy('regions', 'classifier-0-views').shape).toEqual([1, 5, 2, 3, 32, 32]);
  });
});

describe('dataset --from', () => {
  const studies = join(root, 'challenge');
  beforeAll(async () => {
    await phantomCommand(['--out', studies, '--studies', '1', '--seed', '7', '--prevalence', 'balanced']);
    // A reader leaves blanks, and marks only what the challenge asks for.
    rmSync(join(studies, 'disc_coordinates.csv'));
    const table = join(studies, 'train.csv');
    const [heading, row] = readFileSync(table, 'utf8').trim().split('\n') as [string, string];
    const column = heading.split(',').indexOf('left_subarticular_stenosis_l4_l5');
    const cells = row.split(',').map((cell, i) => (i === column ? '' : cell));
    writeFileSync(table, `${heading}\n${cells.join()}\n`);
    const { code } = await shard('real', '--from', studies);
    expect(code).toBe(0);
  });

  test('reads the grades, blanks as blanks, and only labels that follow from grades', () => {
    const table = join(studies, 'train.csv');
    const [grades] = [...readGrades(readFileSync(table, 'utf8'), table).values()];
    const wanted = LEVELS.flatMap((level) =>
      LEVEL_TARGETS.map((target) => {
        const grade = grades![targetKey({ ...target, level })];
        return grade === undefined ? 255 : GRADES.indexOf(grade);
      }),
    );
    expect(wanted).toContain(255);
    expect([...npy('real', 'classifier-0-truth').bytes]).toEqual(wanted);
    const labels = npy('real', 'classifier-1-truth').bytes;
    const canals = LEVELS.map(
      (_, l) => labels[l * DISC_LABELS.length + DISC_LABELS.indexOf('canal_stenosis')],
    );
    expect(canals).toEqual(LEVELS.map((_, l) => Number(wanted[l * 5]! > 0)));
    expect(LEVELS.map((_, l) => labels[l * DISC_LABELS.length])).toEqual(LEVELS.map(() => 255));
    expect([...npy('real', 'classifier-3-truth').bytes]).toEqual(
      [wanted[10]!, wanted[15]!].map((grade) => (grade === 0 ? 255 : grade + 1)),
    );
  });

  test('shows the localiser only what was marked', () => {
    const { bytes, shape } = npy('real', 'localiser-targets');
    expect(shape).toEqual([1, 16, 4]);
    const targets = new Float32Array(bytes.buffer.slice(bytes.byteOffset));
    const known = Array.from({ length: 16 }, (_, i) => targets[i * 4 + 3]!);
    expect(known.slice(0, 10)).toEqual(new Array(10).fill(-1));
    expect(known.slice(10, 15)).toEqual(new Array(5).fill(1));
    expect(known[15]).toBe(-1);
  });
});

test.each([
  [[], '--out is missing'],
  [['--out', 'x'], 'one of --studies, --from, --slices and --masks is needed'],
  [['--out', 'x', '--from', 'y', '--segmenter', 'z'], '--segmenter is for --studies and --masks'],
  [['--out', 'x', '--studies', '0'], '--studies must be a whole number of at least 1'],
  [
    ['--out', 'x', '--studies', '1', '--family', 'x'],
    '--family must be one of demo, train, validation, held-out',
  ],
])('misuse %j is told of', async (args, problem) => {
  expect(await run(...args)).toEqual({ code: 2, err: expect.stringContaining(problem) });
});

test('a template that is no manifest is told of', async () => {
  const broken = join(root, 'broken.json');
  const { classifiers, ...rest } = template;
  writeFileSync(broken, JSON.stringify({ ...rest, classifiers: [{ ...classifiers[2], sample: 'level' }] }));
  const { code, err } = await run('--out', join(root, 'x'), '--studies', '1', '--pack', broken);
  expect(code).toBe(1);
  expect(err).toContain('/classifiers/0/inputs/0/views: a sample of a level has no near side');
  expect(err).toContain('/classifiers/0/output/heads/0: side near does not fit samples of kind level');
});

test('networks of several templates share one data set, each kept once', async () => {
  const other = join(root, 'other.json');
  const [first, , third] = template.classifiers;
  const more = { ...third, file: 'e.onnx', levels: ['L5/S1'] };
  writeFileSync(other, JSON.stringify({ ...template, classifiers: [{ ...first, file: 'f.onnx' }, more] }));
  const { code } = await shard('joined', '--studies', '1', '--without-localiser', '--pack', other);
  expect(code).toBe(0);
  expect(json('joined')).toMatchObject({ pack: { classifiers: [...template.classifiers, more] } });
  expect(npy('joined', 'classifier-4-roi').shape).toEqual([1, 2, 3, 32, 32]);

  const localiser = { ...template.localiser, minConfidence: 0.9 };
  writeFileSync(other, JSON.stringify({ ...template, localiser }));
  expect(await shard('x', '--studies', '1', '--pack', other)).toEqual({
    code: 1,
    err: expect.stringContaining('/localiser is not that of'),
  });
});
