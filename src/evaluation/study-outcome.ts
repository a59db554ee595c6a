import { GRADES } from '../domain/grade.ts';
import { inWords } from '../domain/remark.ts';
import { TARGETS, targetKey } from '../domain/target.ts';
import type { ModelPack } from '../inference/pack/model-pack.ts';
import { type EvaluatedStudy, evaluateStudy } from './evaluate-study.ts';
import type { LabelledStudy } from './sources/labelled-study.ts';
import type { StudySource } from './sources/study-source.ts';
import type { Posteriors } from './tables/graded-row.ts';
import { rowId } from './tables/grades-table.ts';

/** What figures need of one study: nothing of its images. */
export type StudyOutcome = { readonly studyId: string } & (
  | ({
      readonly kind: 'graded';
      /** Targets with a reference grade that the pack did not grade. */
      readonly ungraded: number;
      /** Shortcomings, in words. */
      readonly warnings: readonly string[];
      /** row_id → probabilities of every target graded. */
      readonly submission: readonly (readonly [rowId: string, Posteriors])[];
    } & Pick<EvaluatedStudy, 'rows' | 'labelRows' | 'placeErrors' | 'numberedRight'>)
  | { readonly kind: 'ineligible' | 'failed'; readonly reasons: readonly string[] }
  | { readonly kind: 'unlabelled' }
);

/** Opens a study and runs it through the networks; a fault becomes an outcome, so that the others go on. */
export async function studyOutcome(pack: ModelPack, { studyId, open }: StudySource): Promise<StudyOutcome> {
  try {
    const study = await open();
    if (study.kind === 'unlabelled') return { kind: 'unlabelled', studyId };
    if (study.kind === 'ineligible')
      return { kind: 'ineligible', studyId, reasons: study.reasons.map(inWords) };
    const result = await evaluateStudy(pack, study);
    if (result.kind === 'ineligible')
      return { kind: 'ineligible', studyId, reasons: result.reasons.map(inWords) };
    const { rows, labelRows, placeErrors, numberedRight, warnings } = result;
    const ungraded = ungradedTargets(study, result);
    const submission = submissionRows(studyId, result);
    const figures = { rows, labelRows, placeErrors, numberedRight, warnings: warnings.map(inWords) };
    return { kind: 'graded', studyId, ...figures, ungraded, submission };
  } catch (fault) {
    const reason = fault instanceof Error ? fault.message : String(fault);
    return { kind: 'failed', studyId, reasons: [reason] };
  }
}

function ungradedTargets({ grades }: LabelledStudy, { findings }: EvaluatedStudy): number {
  const graded = new Set(findings.map(targetKey));
  return TARGETS.map(targetKey).filter((key) => grades[key] !== undefined && !graded.has(key)).length;
}

function submissionRows(studyId: string, { findings }: EvaluatedStudy) {
  return findings.map(({ probabilities, ...target }): readonly [string, Posteriors] => {
    const posteriors = GRADES.map((grade) => probabilities[grade]) as [number, number, number];
    return [rowId(studyId, targetKey(target)), posteriors];
  });
}
