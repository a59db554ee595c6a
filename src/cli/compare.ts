import { readFile, writeFile } from 'node:fs/promises';
import { ComparisonError } from '../evaluation/tables/models/comparison-error.ts';
import type { EvaluationJson } from '../evaluation/tables/models/model-figures.ts';
import { modelsTable } from '../evaluation/tables/models/models-table.ts';
import { type SlicesJson, slicesTable } from '../evaluation/tables/models/slices-table.ts';
import { MisuseError, parseOptions, tellFault } from './options/option-values.ts';

const USAGE = `usage: npm run -s cli -- compare --out FILE.md EVALUATION.json…

A page in Markdown that compares model packs. EVALUATION.json is what \`evaluate --json\` wrote; all of them must have
been made on the same studies. Those of \`evaluate --slices\` are compared at the labelled places, one table for all folders;
they must be of the same parts, seed and number of resamples.
`;

/** `cli compare`: exit code 0, 1 when a file cannot be used, 2 on misuse. */
export async function compareCommand(args: string[]): Promise<number> {
  try {
    const { out, files } = readOptions(args);
    await writeFile(out, await tableOf(files));
    return 0;
  } catch (fault) {
    return tellFault('compare', USAGE, fault, ComparisonError);
  }
}

function readOptions(args: string[]): { readonly out: string; readonly files: readonly string[] } {
  const options = { out: { type: 'string' } } as const;
  const { values, positionals } = parseOptions({ args, options, allowPositionals: true });
  if (!values.out) throw new MisuseError('--out is missing');
  if (positionals.length === 0) throw new MisuseError('there is no evaluation to compare');
  return { out: values.out, files: positionals };
}

const OF_STUDIES: EvaluationJson['schema'] = 'spinegrade-evaluation/3';
const OF_SLICES: SlicesJson['schema'] = 'spinegrade-slices-evaluation/1';

async function tableOf(files: readonly string[]): Promise<string> {
  const all: (EvaluationJson | SlicesJson)[] = [];
  for (const file of files) all.push(await readEvaluation(file));
  const ofSlices = all.filter((each) => each.schema === OF_SLICES);
  const ofStudies = all.filter((each) => each.schema === OF_STUDIES);
  if (ofSlices.length === 0) return modelsTable(files, ofStudies);
  if (ofStudies.length === 0) return slicesTable(files, ofSlices);
  throw new ComparisonError('evaluations of labelled slices and of studies do not stand in one table');
}

async function readEvaluation(file: string): Promise<EvaluationJson | SlicesJson> {
  const text = await readFile(file, 'utf8');
  try {
    const json = JSON.parse(text) as EvaluationJson | SlicesJson;
    if ([OF_STUDIES, OF_SLICES].includes(json?.schema)) return json;
  } catch (cause) {
    throw new ComparisonError(`${file} is not JSON: ${(cause as Error).message}`);
  }
  throw new ComparisonError(`${file} is not what evaluate --json writes (${OF_STUDIES}, ${OF_SLICES})`);
}
