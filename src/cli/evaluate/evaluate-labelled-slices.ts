import { writeFile } from 'node:fs/promises';
import { packParameters } from '../../evaluation/count-parameters.ts';
import { type SlicesDescription, slicesPage } from '../../evaluation/page/slices-page.ts';
import { evaluateSlices, type SlicesOutcome } from '../../evaluation/slices/evaluate-slices.ts';
import { type JudgedSlices, judgedSlices } from '../../evaluation/slices/judged-slices.ts';
import {
  type NumberingByForamina,
  numberingByForamina,
  summariseNumbering,
} from '../../evaluation/slices/numbering-by-foramina.ts';
import { sliceSources } from '../../evaluation/slices/slice-sources.ts';
import { slicesInShort } from '../../evaluation/slices/slices-in-short.ts';
import { summariseSlices } from '../../evaluation/slices/summarise-slices.ts';
import { worstFindings } from '../../evaluation/slices/worst-findings.ts';
import type { ModelPack } from '../../inference/pack/model-pack.ts';
import type { EvaluateOptions, LabelledSliceFolder } from '../options/evaluate-options.ts';

/**
 * Grades the labelled slices of a folder with one pack, and writes what that comes to. Returns the exit code: 1 where
 * nothing was graded.
 * @throws CsvError, SliceError, Error with `syscall`
 */
export async function evaluateLabelledSlices(
  pack: ModelPack,
  folder: string,
  { folder: slices, folds }: LabelledSliceFolder,
  { seed, resamples, report }: EvaluateOptions,
  command: string,
  json: string | undefined,
): Promise<number> {
  const sources = await sliceSources(slices, folds, 'slice');
  const read: { readonly studyId: string; readonly outcome: SlicesOutcome }[] = [];
  for (const [i, { studyId, open }] of sources.entries()) {
    const outcome = await evaluateSlices(pack, await open());
    read.push({ studyId, outcome });
    process.stderr.write(`\revaluate: ${i + 1} of ${sources.length} slices`);
  }
  process.stderr.write('\n');
  const judged = new Map<SlicesOutcome, JudgedSlices>();
  const byStudy = new Map<string, readonly JudgedSlices[]>();
  for (const [studyId, own] of Map.groupBy(read, (each) => each.studyId)) {
    const ofStudy = judgedSlices(
      pack.manifest,
      own.map(({ outcome }) => outcome),
    );
    byStudy.set(studyId, ofStudy);
    for (const [i, { outcome }] of own.entries()) judged.set(outcome, ofStudy[i]!);
  }
  const outcomes = read.map(({ outcome }) => judged.get(outcome)!);
  const numbering = await numberingOfStudies(pack, slices, folds);
  const evaluation = { ...summariseSlices(byStudy, { seed, resamples }), numbering };
  if (json || report) {
    const { name, version, intendedUse, trainedOn } = pack.manifest;
    const { sha256, provider } = pack;
    const parameters = await packParameters(folder, pack.manifest);
    const about: SlicesDescription = {
      schema: 'spinegrade-slices-evaluation/1',
      command,
      seed,
      resamples,
      slices: { folds },
      pack: { name, version, sha256, provider, intendedUse, trainedOn, parameters },
    };
    if (json) await writeFile(json, `${JSON.stringify({ ...about, ...evaluation }, null, 2)}\n`);
    if (report) {
      const worst = await worstFindings(pack, sources, outcomes);
      await writeFile(report, slicesPage(about, evaluation, worst));
    }
  }
  process.stdout.write(`${pack.manifest.name}: ${slicesInShort(evaluation)}`);
  return outcomes.some(({ atLabels }) => atLabels.length > 0) ? 0 : 1;
}

/** Null where the pack looks for no foramina on these slices. */
async function numberingOfStudies(pack: ModelPack, slices: string, folds: readonly number[] | null) {
  const judged: NumberingByForamina[] = [];
  for (const { open } of await sliceSources(slices, folds, 'study')) {
    const own = await numberingByForamina(pack, await open());
    if (own === null) return null;
    judged.push(own);
  }
  return summariseNumbering(judged);
}
