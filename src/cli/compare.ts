import { readFile, writeFile } from 'node:fs/promises';
import type { EvaluationJson } from '../evaluation/tables/models/model-figures.ts';
import { ComparisonError, modelsTable } from '../evaluation/tables/models/models-table.ts';
import { MisuseError, parseOptions, tellFault } from './options/option-values.ts';

const USAGE = `usage: npm run -s cli -- compare --out FILE.md EVALUATION.json…

A page in Markdown that compares model packs. EVALUATION.json is what \`evaluate --json\` wrote; all of them must have
been made on the same studies.
`;

/** `cli compare`: exit code 0, 1 when a file cannot be used, 2 on misuse. */
export async function compareCommand(args: string[]): Promise<number> {
  try {
    const { out, files } = readOptions(args);
    const evaluations: EvaluationJson[] = [];
    for (const file of files) evaluations.push(await readEvaluation(file));
    await writeFile(out, modelsTable(files, evaluations));
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

async function readEvaluation(file: string): Promise<EvaluationJson> {
  const text = await readFile(file, 'utf8');
  const wanted: EvaluationJson['schema'] = 'spinegrade-evaluation/3';
  try {
    const json = JSON.parse(text) as EvaluationJson;
    if (json?.schema === wanted) return json;
  } catch (cause) {
    throw new ComparisonError(`${file} is not JSON: ${(cause as Error).message}`);
  }
  throw new ComparisonError(`${file} is not what evaluate --json writes (${wanted})`);
}
