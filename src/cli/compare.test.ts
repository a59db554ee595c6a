import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { TARGETS } from '../domain/target.ts';
import type { EvaluationDescription } from '../evaluation/page/evaluation-description.ts';
import type { StudyOutcome } from '../evaluation/study-outcome.ts';
import { summariseRun } from '../evaluation/summarise-run.ts';
import type { GradedRow, GradeIndex } from '../evaluation/tables/graded-row.ts';
import { seededRandom } from '../phantom/random.ts';
import { compareCommand } from './compare.ts';

const root = mkdtempSync(join(tmpdir(), 'compare-'));
afterAll(() => rmSync(root, { recursive: true }));

/** The more certain a grader, the better it is here. `never`: a grade it has no class for. */
function study(index: number, certainty: number, targets: typeof TARGETS, never: number): StudyOutcome {
  const random = seededRandom(index, 'compare');
  const rows = TARGETS.map((target): GradedRow => {
    const truth = random.integer(0, 2) as GradeIndex;
    const posteriors = [1, 1, 1].map((_, g) =>
      g === never ? 0 : g === truth ? certainty : random.uniform(0.2, 0.6),
    );
    return { ...target, truth, posteriors: posteriors as [number, number, number] };
  }).filter((row) =>
    targets.some((target) => target.condition === row.condition && target.level === row.level),
  );
  const labelRows = [
    { label: 'bulge', level: 'L4/L5', present: index % 2 === 0, probability: index % 2 === 0 ? 0.8 : 0.3 },
  ] as const;
  return {
    ...{ kind: 'graded', studyId: `s${index}`, rows, ungraded: 25 - rows.length },
    ...{ labelRows: targets === TARGETS ? [] : labelRows, placeErrors: [], numberedRight: true },
    ...{ warnings: [], submission: [] },
  };
}

function evaluation(name: string, certainty: number, targets: typeof TARGETS, count = 12, never = -1) {
  const outcomes = Array.from({ length: count }, (_, i) => study(i, certainty, targets, never));
  const run = summariseRun(outcomes, { seed: 1, resamples: 20 });
  const about: EvaluationDescription = {
    ...{ schema: 'spinegrade-evaluation/3', command: 'evaluate', seed: 1, resamples: 20 },
    source: {
      from: { kind: 'phantoms', seed: 1, count, options: { family: 'held-out', prevalence: 'clinical' } },
      ...{ limit: null, without: [], crop: 1 },
    },
    timing: { msPerStudy: 123.4, threads: 2 },
    pack: {
      ...{ name, version: '1.0.0', sha256: 'ab', provider: 'cpu', parameters: 1_234_567 },
      ...{ intendedUse: 'research', trainedOn: 'phantoms' },
    },
  };
  const file = join(root, `${name}-${count}.json`);
  writeFileSync(file, JSON.stringify({ ...about, ...run.evaluation }));
  return { file, grading: run.evaluation.grading, outcomes };
}

async function run(...args: string[]) {
  const err: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean(err.push(String(text))));
  try {
    return { code: await compareCommand(args), err: err.join('') };
  } finally {
    vi.restoreAllMocks();
  }
}

const out = join(root, 'models.md');
const L45 = TARGETS.filter(({ level }) => level === 'L4/L5');

test('one line a pack, one a pack and condition or label that it reads, figures as evaluated', async () => {
  const all = evaluation('everything', 3, TARGETS);
  const one = evaluation('l4-l5', 0.6, L45.slice(3));
  expect(await run('--out', out, all.file, one.file)).toEqual({ code: 0, err: '' });
  const page = readFileSync(out, 'utf8');
  expect(page).toContain('Research use only');
  expect(page).toContain('12 synthetic studies of the seeds 1 to 12');
  const lines = page.split('\n');
  const score = all.grading.competition.score.value!.toFixed(3);
  expect(lines).toContainEqual(
    expect.stringMatching(
      new RegExp(`^\\| everything 1.0.0 \\| 12 of 12 \\| 300 \\| ${score} .*1,234,567 \\| 123 `),
    ),
  );
  expect(lines).toContainEqual(
    expect.stringMatching(/^\| l4-l5 1.0.0 \| 12 of 12 \| 24 \| not all targets \|/),
  );
  const { logLoss } = one.grading.conditions.subarticular_stenosis.measures;
  expect(lines.filter((line) => line.includes('| l4-l5 |'))).toEqual([
    expect.stringContaining(`| subarticular stenosis | l4-l5 | 24 | ${logLoss.value!.toFixed(3)} (`),
    expect.stringMatching(/^\| bulge \| l4-l5 \| 6 of 12 \|.*1\.000/),
  ]);
  expect(lines.filter((line) => line.includes('| everything |'))).toHaveLength(3);
});

test('a pack without a class for a grade has a second line, of targets whose grade it can say', async () => {
  const binary = evaluation('binary', 3, L45.slice(3), 12, 1);
  expect(await run('--out', out, binary.file)).toEqual({ code: 0, err: '' });
  const rows = binary.outcomes.flatMap((outcome) => (outcome.kind === 'graded' ? outcome.rows : []));
  const own = rows.filter(({ truth }) => truth !== 1);
  expect(own.length).toBeLessThan(rows.length);
  const lines = readFileSync(out, 'utf8').split('\n');
  expect(lines).toContainEqual(
    expect.stringMatching(new RegExp(`^\\| subarticular stenosis \\| binary \\| ${rows.length} \\| `)),
  );
  const loss = own.reduce((sum, { truth, posteriors }) => {
    const [a, b, c] = posteriors;
    return sum - Math.log(posteriors[truth] / (a + b + c)) / own.length;
  }, 0);
  expect(lines).toContainEqual(
    expect.stringContaining(
      `| subarticular stenosis | binary, its own grades | ${own.length} | ${loss.toFixed(3)} (`,
    ),
  );
});

test('labelled slices have a page of their own and never stand beside studies', async () => {
  const slices = join(root, 'slices.json');
  const { file: studies, grading } = evaluation('of-studies', 2, L45);
  const pack = { name: 'slice-cnn', parameters: 1000 };
  const schema = 'spinegrade-slices-evaluation/1';
  const about = { schema, seed: 1, resamples: 20, slices: { folds: null }, studies: 12, pack };
  writeFileSync(slices, JSON.stringify({ ...about, atLabels: grading }));
  expect(await run('--out', out, slices)).toEqual({ code: 0, err: '' });
  const { accuracy } = grading.conditions.neural_foraminal_narrowing.measures;
  expect(readFileSync(out, 'utf8')).toContain(
    `| neural foraminal narrowing | slice-cnn | 1,000 | 12 | 24 | ${accuracy.value!.toFixed(3)} (`,
  );
  expect(await run('--out', out, slices, studies)).toEqual({
    code: 1,
    err: 'compare: evaluations of labelled slices and of studies do not stand in one table\n',
  });
});

test('evaluations of other studies, and files that are none, are refused by name', async () => {
  const [some, more] = [evaluation('a', 1, TARGETS), evaluation('b', 1, TARGETS, 13)];
  expect(await run('--out', out, some.file, more.file)).toEqual({
    code: 1,
    err: `compare: ${more.file}: evaluated on other studies than ${some.file}\n`,
  });
  const other = join(root, 'other.json');
  writeFileSync(other, '{}');
  expect(await run('--out', out, other)).toMatchObject({
    code: 1,
    err: expect.stringContaining('is not what evaluate --json writes'),
  });
  expect(await run('--out', out)).toMatchObject({ code: 2, err: expect.stringContaining('usage:') });
});
