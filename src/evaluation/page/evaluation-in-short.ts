import type { Evaluation } from '../evaluation.ts';
import type { Estimate } from '../measures/bootstrap.ts';

/** The chief figures as lines for a terminal. */
export function evaluationInShort({ studies, grading, labels, localisation }: Evaluation): string {
  const { ineligible, failed, unlabelled } = studies;
  const { competition, conditions } = grading;
  const why = competition.notScored === null ? '' : ` (${competition.notScored})`;
  const lines = [
    `${studies.graded} studies graded, ${ineligible.length} ineligible, ${failed.length} failed, ${unlabelled.length} without labels`,
    ...ineligible.map(({ studyId, reasons }) => `  ineligible ${studyId}: ${reasons.join('; ')}`),
    ...failed.map(({ studyId, reasons }) => `  failed ${studyId}: ${reasons.join('; ')}`),
    `competition score ${shown(competition.score, 5)}${why}`,
    ...Object.entries(conditions)
      .filter(([, { rows }]) => rows > 0)
      .map(
        ([condition, { measures }]) =>
          `${condition}: AUROC of Moderate or worse ${shown(measures.aurocModerateOrWorse, 3)}, calibration error ${shown(measures.calibrationError, 3)}, macro F1 ${shown(measures.macroF1, 3)}`,
      ),
    ...Object.entries(labels?.labels ?? {})
      .filter(([, { rows }]) => rows > 0)
      .map(
        ([label, { measures }]) =>
          `${label}: AUROC ${shown(measures.auroc, 3)}, calibration error ${shown(measures.calibrationError, 3)}, F1 ${shown(measures.f1, 3)}`,
      ),
    ...(['disc', 'canal'] as const).map((kind) => {
      const place = localisation[kind];
      return `${kind} centres: median ${shown(place?.medianMm, 1)} mm, mean ${shown(place?.meanMm, 1)} mm, worst ${place?.worstMm?.toFixed(1) ?? '–'} mm`;
    }),
    `misnumbered studies: ${localisation.misnumbered.length}; with a warning: ${studies.warned.length}`,
    ...studies.warned.map(({ studyId, reasons }) => `  warning ${studyId}: ${reasons.join('; ')}`),
  ];
  return `${lines.join('\n')}\n`;
}

function shown(estimate: Estimate | undefined, digits: number): string {
  return estimate?.value?.toFixed(digits) ?? '–';
}
