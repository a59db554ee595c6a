import { GRADES } from '../domain/grade.ts';
import { targetKey } from '../domain/target.ts';
import type { ModelPack } from '../inference/model-pack.ts';
import type { BootstrapOptions } from './bootstrap.ts';
import { type EvaluatedStudy, evaluateStudy } from './evaluate-study.ts';
import type { Posteriors } from './graded-row.ts';
import { rowId } from './grades-table.ts';
import { type ShownStudy, showStudy } from './shown-study.ts';
import type { StudySource } from './study-source.ts';
import { type GradingSummary, logLoss, summariseGrading } from './summarise.ts';
import { type LocalisationSummary, summariseLocalisation } from './summarise-localisation.ts';

export interface StudyReasons {
  readonly studyId: string;
  readonly reasons: readonly string[];
}

export interface Evaluation {
  readonly studies: {
    readonly graded: number;
    readonly labelledTargets: number;
    /** The service would refuse these; no figure counts them. */
    readonly ineligible: readonly StudyReasons[];
    /** A fault, not a property of the study. */
    readonly failed: readonly StudyReasons[];
    /** There is no reference to compare with; they were not run. */
    readonly unlabelled: readonly string[];
    /** Graded, but with a shortcoming. */
    readonly warned: readonly StudyReasons[];
  };
  readonly grading: GradingSummary;
  readonly localisation: LocalisationSummary;
}

export interface EvaluationRun {
  readonly evaluation: Evaluation;
  /** row_id → probabilities of every target of every graded study. */
  readonly submission: readonly (readonly [rowId: string, Posteriors])[];
  readonly shown: readonly ShownStudy[];
}

export interface EvaluationOptions extends BootstrapOptions {
  /** Studies whose regions are pictured; null: the first, and the two whose grades cost most. */
  readonly show: readonly string[] | null;
  readonly onStudy: (done: number, of: number) => void;
}

/** How many of the worst studies are pictured. */
const WORST_SHOWN = 2;

/** Runs study after study through the networks and summarises; a study that fails does not stop the others. */
export async function runEvaluation(
  pack: ModelPack,
  sources: readonly StudySource[],
  options: EvaluationOptions,
): Promise<EvaluationRun> {
  const ineligible: StudyReasons[] = [];
  const failed: StudyReasons[] = [];
  const warned: StudyReasons[] = [];
  const unlabelled: string[] = [];
  const graded: Pick<EvaluatedStudy, 'studyId' | 'rows' | 'placeErrors' | 'numberedRight'>[] = [];
  const submission: (readonly [string, Posteriors])[] = [];
  const gallery = openGallery(options.show);
  for (const [done, { studyId, open }] of sources.entries()) {
    options.onStudy(done, sources.length);
    try {
      const study = await open();
      if (study.kind === 'unlabelled') unlabelled.push(studyId);
      if (study.kind === 'ineligible') ineligible.push({ studyId, reasons: study.reasons });
      if (study.kind !== 'labelled') continue;
      const result = await evaluateStudy(pack, study);
      if (result.kind === 'ineligible') {
        ineligible.push({ studyId, reasons: result.reasons });
        continue;
      }
      const { rows, placeErrors, numberedRight, findings } = result;
      graded.push({ studyId, rows, placeErrors, numberedRight });
      if (result.warnings.length > 0) warned.push({ studyId, reasons: result.warnings });
      for (const { probabilities, ...target } of findings) {
        const posteriors = GRADES.map((grade) => probabilities[grade]) as [number, number, number];
        submission.push([rowId(studyId, targetKey(target)), posteriors]);
      }
      await gallery.offer(studyId, logLoss(rows) ?? 0, () =>
        showStudy(pack.manifest.classifiers, study, result),
      );
    } catch (fault) {
      failed.push({ studyId, reasons: [fault instanceof Error ? fault.message : String(fault)] });
    }
  }
  options.onStudy(sources.length, sources.length);
  const labelledTargets = graded.reduce((sum, { rows }) => sum + rows.length, 0);
  return {
    evaluation: {
      studies: { graded: graded.length, labelledTargets, ineligible, failed, unlabelled, warned },
      grading: summariseGrading(graded, options),
      localisation: summariseLocalisation(graded, options),
    },
    submission,
    shown: gallery.shown(),
  };
}

/** Keeps pictures of the studies asked for, or of the first and the worst, and of no others. */
function openGallery(wanted: readonly string[] | null) {
  const asked: ShownStudy[] = [];
  let worst: { readonly loss: number; readonly shown: ShownStudy }[] = [];
  return {
    async offer(studyId: string, loss: number, show: () => Promise<ShownStudy>) {
      if (wanted !== null) {
        if (wanted.includes(studyId)) asked.push(await show());
        return;
      }
      if (asked.length === 0) {
        asked.push(await show());
        return;
      }
      if (worst.length === WORST_SHOWN && loss <= worst.at(-1)!.loss) return;
      worst = [...worst, { loss, shown: await show() }].sort((a, b) => b.loss - a.loss).slice(0, WORST_SHOWN);
    },
    shown: (): readonly ShownStudy[] => [...asked, ...worst.map(({ shown }) => shown)],
  };
}
