import { readFile } from 'node:fs/promises';
import { type CompetitionScore, competitionScore } from '../evaluation/measures/competition-score.ts';
import { alignSubmission } from '../evaluation/tables/align-submission.ts';
import { CsvError } from '../evaluation/tables/csv/csv-error.ts';
import { readGrades } from '../evaluation/tables/grades-table.ts';
import { readSubmission } from '../evaluation/tables/submission-table.ts';
import { MisuseError, parseOptions, tellFault } from './options/option-values.ts';

const USAGE = `usage: npm run -s cli -- score --labels L.csv --submission S.csv

The RSNA 2024 competition's metric (less is better) and its four parts. L.csv has the columns of train.csv,
S.csv row_id, normal_mild, moderate, severe; rows are matched by row_id. Targets without a label do not count.
`;

/** `cli score`: exit code 0, 1 when a file cannot be used, 2 on misuse. */
export async function scoreCommand(args: string[]): Promise<number> {
  try {
    const options = { labels: { type: 'string' }, submission: { type: 'string' } } as const;
    const { labels, submission } = parseOptions({ args, options }).values;
    if (!labels || !submission) throw new MisuseError('--labels and --submission are needed');
    const score = await scoreFiles(labels, submission);
    process.stdout.write(describeScore(score));
    return 0;
  } catch (fault) {
    return tellFault('score', USAGE, fault, CsvError);
  }
}

/**
 * The competition's metric of a submission.
 * @throws CsvError when a file is malformed or a labelled row has no prediction.
 */
export async function scoreFiles(labelsFile: string, submissionFile: string): Promise<CompetitionScore> {
  const labels = readGrades(await readFile(labelsFile, 'utf8'), labelsFile);
  const predictions = readSubmission(await readFile(submissionFile, 'utf8'), submissionFile);
  return competitionScore(alignSubmission(labels, predictions, submissionFile));
}

function describeScore({ score, conditions, anySevereCanal }: CompetitionScore): string {
  const lines: readonly (readonly [string, number | null])[] = [
    ['score', score],
    ['spinal canal stenosis', conditions.spinal_canal_stenosis],
    ['neural foraminal narrowing', conditions.neural_foraminal_narrowing],
    ['subarticular stenosis', conditions.subarticular_stenosis],
    ['any severe spinal canal', anySevereCanal],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines
    .map(([name, value]) => `${name.padEnd(width)}  ${value === null ? 'no label' : value.toFixed(5)}\n`)
    .join('');
}
