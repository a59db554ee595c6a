import type { ModelPack } from '../../../inference/pack/model-pack.ts';
import { evaluateStudy } from '../../evaluate-study.ts';
import { logLoss } from '../../measures/grade-measures.ts';
import type { StudySource } from '../../sources/study-source.ts';
import type { StudyOutcome } from '../../study-outcome.ts';
import { type ShownStudy, showStudy } from './shown-study.ts';

/** How many of the worst studies are pictured. */
const WORST_SHOWN = 2;

/**
 * The studies a page pictures, by index: those asked for, or the first and the ones whose grades cost most. Studies
 * that were not graded are passed over.
 */
export function chooseStudies(
  outcomes: readonly StudyOutcome[],
  wanted: readonly string[] | null,
): readonly number[] {
  const graded = outcomes.flatMap((outcome, index) =>
    outcome.kind === 'graded' ? [{ index, studyId: outcome.studyId, loss: logLoss(outcome.rows) ?? 0 }] : [],
  );
  if (wanted !== null) {
    return graded.filter(({ studyId }) => wanted.includes(studyId)).map(({ index }) => index);
  }
  const [first, ...others] = graded;
  const worst = others.sort((a, b) => b.loss - a.loss).slice(0, WORST_SHOWN);
  return first === undefined ? [] : [first, ...worst].map(({ index }) => index);
}

/** Runs the chosen studies once more, for their pictures: only then need regions and slices be kept. */
export async function showStudies(
  pack: ModelPack,
  sources: readonly StudySource[],
  chosen: readonly number[],
): Promise<readonly ShownStudy[]> {
  const shown: ShownStudy[] = [];
  for (const index of chosen) {
    const study = await sources[index]!.open();
    if (study.kind !== 'labelled') continue;
    const result = await evaluateStudy(pack, study);
    if (result.kind === 'evaluated') shown.push(await showStudy(pack.manifest.classifiers, study, result));
  }
  return shown;
}
