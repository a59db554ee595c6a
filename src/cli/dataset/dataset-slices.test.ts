import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readNpy } from '../../dataset/npy.fixture.ts';
import { GRADES } from '../../domain/grade.ts';
import { LEVELS } from '../../domain/level.ts';
import { SIDES, targetKey } from '../../domain/target.ts';
import { labelledForamina } from '../../evaluation/slices/labelled-phantom.fixture.ts';
import { foldOf } from '../../evaluation/slices/slice-source.ts';
import { datasetCommand } from './dataset.ts';

/** Slices are rendered, which a busy machine may take long for. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const SEED = 500_021;
const root = mkdtempSync(join(tmpdir(), 'dataset-slices-'));
let made: Awaited<ReturnType<typeof labelledForamina>>;
beforeAll(async () => {
  made = await labelledForamina(SEED, 'jpeg');
});
afterAll(() => {
  rmSync(root, { recursive: true });
  rmSync(made.folder, { recursive: true });
});

async function run(out: string, ...args: string[]) {
  const err: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean(err.push(String(text))));
  try {
    const shard = ['--out', join(root, out), '--workers', '1', '--shard', '0'];
    return { code: await datasetCommand([...shard, '--slices', made.folder, ...args]), err: err.join('') };
  } finally {
    vi.restoreAllMocks();
  }
}
const npy = (out: string, name: string) => readNpy(join(root, out, 'shard-0', `${name}.npy`));

test('labelled slices become the sample files of the networks that are asked for', async () => {
  expect(await run('one', '--classifier', '1')).toMatchObject({ code: 0 });
  expect(npy('one', 'classifier-0-views').shape).toEqual([1, 10, 1, 1, 72, 72]);
  expect(npy('one', 'classifier-0-mask').bytes.every((there) => there === 1)).toBe(true);
  const wanted = LEVELS.flatMap((level) =>
    SIDES.map((side) => {
      const key = targetKey({ condition: 'neural_foraminal_narrowing', side, level });
      return GRADES.indexOf(made.phantom.truth.grades[key]!);
    }),
  );
  expect([...npy('one', 'classifier-0-truth').bytes]).toEqual(wanted);
  expect(new Set(npy('one', 'classifier-0-views').bytes).size).toBeGreaterThan(50);
  const facts = JSON.parse(readFileSync(join(root, 'one', 'shard-0', 'dataset.json'), 'utf8'));
  expect(facts).toMatchObject({ added: 1, source: { kind: 'slices', folds: null } });
  expect(facts.pack.classifiers.map(({ file }: { file: string }) => file)).toEqual(['foramina.onnx']);
});

test('the finder is shown whole slices with the places that were labelled on them, and no others', async () => {
  await run('finder', '--classifier', '1');
  const { bytes, shape } = npy('finder', 'finder-targets');
  expect(shape).toEqual([1, 4, 5, 3]);
  expect(npy('finder', 'finder-images').shape).toEqual([1, 4, 192, 192]);
  const targets = new Float32Array(bytes.buffer.slice(bytes.byteOffset));
  const known = Array.from({ length: 20 }, (_, i) => targets[i * 3 + 2]!);
  expect(known.every((each) => each === 1 || each === -1)).toBe(true);
  expect(known).toContain(1);
  for (const [i, each] of known.entries()) {
    if (each !== 1) continue;
    const [column, row] = [targets[i * 3]!, targets[i * 3 + 1]!];
    expect(Math.min(column, row)).toBeGreaterThan(20);
    expect(Math.max(column, row)).toBeLessThan(172);
  }
  await run('without', '--classifier', '1', '--without-finder');
  expect(() => npy('without', 'finder-images')).toThrow(/ENOENT/);
});

test('only the parts that are asked for; what is no part or no classifier is misuse', async () => {
  const own = foldOf(String(SEED));
  expect(await run('own', '--folds', String(own), '--classifier', '1')).toMatchObject({ code: 0 });
  expect(npy('own', 'classifier-0-truth').shape[0]).toBe(1);
  expect(await run('other', '--folds', String((own + 1) % 10), '--classifier', '1')).toMatchObject({
    code: 0,
  });
  expect(npy('other', 'classifier-0-truth').shape[0]).toBe(0);
  for (const [args, problem] of [
    [['--folds', '10'], '--folds: 10 is not below 10'],
    [['--folds', 'x'], '--folds must be a whole number'],
    [['--classifier', '7'], '--classifier 7: the pack has 4, counted from 0'],
    [['--studies', '1'], 'one of --studies, --from, --slices and --masks is needed'],
  ] as const) {
    expect(await run('misuse', ...args)).toEqual({ code: 2, err: expect.stringContaining(problem) });
  }
});
