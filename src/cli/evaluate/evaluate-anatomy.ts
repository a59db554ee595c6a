import { writeFile } from 'node:fs/promises';
import { packParameters } from '../../evaluation/count-parameters.ts';
import { anatomyInShort } from '../../evaluation/masks/anatomy-in-short.ts';
import {
  type AnatomyOutcome,
  maskedOutcome,
  phantomOutcome,
} from '../../evaluation/masks/anatomy-outcome.ts';
import { maskedCases } from '../../evaluation/masks/mask-source.ts';
import { middleOfDiscs } from '../../evaluation/masks/middle-of-discs.ts';
import { summariseAnatomy } from '../../evaluation/masks/summarise-anatomy.ts';
import { type WorstOutlines, worstOutlines } from '../../evaluation/masks/worst-outlines.ts';
import { type AnatomyDescription, anatomyPage } from '../../evaluation/page/anatomy-page.ts';
import type { ModelPack } from '../../inference/pack/model-pack.ts';
import { phantomStudy } from '../../phantom/phantom-study.ts';
import type { EvaluateOptions, OutlinedSource } from '../options/evaluate-options.ts';
import { MisuseError } from '../options/option-values.ts';

/**
 * Judges what one pack outlines and measures, and writes what that comes to. Returns the exit code: 1 where nothing was
 * judged.
 * @throws MisuseError of a pack without a segmenter; SliceError, Error with `syscall`
 */
export async function evaluateAnatomy(
  pack: ModelPack,
  folder: string,
  { of }: OutlinedSource,
  { seed, resamples, report }: EvaluateOptions,
  command: string,
  json: string | undefined,
): Promise<number> {
  if (pack.segmenters.length === 0) throw new MisuseError(`${folder} has no segmenter`);
  const worst = report ? worstOutlines() : null;
  const outcomes = of.kind === 'masks' ? await ofMasks(pack, of, worst) : await ofPhantoms(pack, of, worst);
  const evaluation = summariseAnatomy(outcomes, { seed, resamples });
  if (json || report) {
    const { name, version, intendedUse, trainedOn } = pack.manifest;
    const about: AnatomyDescription = {
      schema: 'spinegrade-anatomy-evaluation/1',
      ...{ command, seed, resamples },
      judged:
        of.kind === 'masks'
          ? { kind: 'masks', folds: of.folds }
          : { kind: 'phantoms', studies: of.studies, family: of.options.family ?? 'demo' },
      pack: {
        ...{ name, version, sha256: pack.sha256, provider: pack.provider, intendedUse, trainedOn },
        parameters: await packParameters(folder, pack.manifest),
      },
    };
    if (json) await writeFile(json, `${JSON.stringify({ ...about, ...evaluation, outcomes }, null, 2)}\n`);
    if (report) await writeFile(report, anatomyPage(about, evaluation, (await worst?.pictured()) ?? []));
  }
  process.stdout.write(`${pack.manifest.name}: ${anatomyInShort(evaluation)}`);
  return outcomes.length > 0 ? 0 : 1;
}

type Of<Kind> = OutlinedSource['of'] & { readonly kind: Kind };

async function ofMasks(
  pack: ModelPack,
  { folder, folds }: Of<'masks'>,
  worst: WorstOutlines | null,
): Promise<readonly AnatomyOutcome[]> {
  const cases = await maskedCases(folder, folds);
  const outcomes: AnatomyOutcome[] = [];
  for (const { caseId, open } of cases) {
    outcomes.push(await maskedOutcome(pack, caseId, await open(), middleOfDiscs, worst));
    process.stderr.write(`\revaluate: ${outcomes.length} of ${cases.length} cases`);
  }
  process.stderr.write('\n');
  return outcomes;
}

async function ofPhantoms(
  { segmenters }: ModelPack,
  { studies, seed, options }: Of<'phantoms'>,
  worst: WorstOutlines | null,
): Promise<readonly AnatomyOutcome[]> {
  const outcomes: AnatomyOutcome[] = [];
  for (let i = 0; i < studies; i++) {
    outcomes.push(await phantomOutcome(segmenters, phantomStudy(seed + i, options), worst));
    process.stderr.write(`\revaluate: ${i + 1} of ${studies} phantoms`);
  }
  process.stderr.write('\n');
  return outcomes;
}
