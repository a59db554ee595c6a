import type { Estimate } from '../measures/bootstrap.ts';
import type { GradingSummary } from '../measures/summary/summarise-grading.ts';
import type { NumberedSlices, NumberingSummary } from './numbering-by-foramina.ts';
import type { SacAreaSummary } from './summarise-slices.ts';

/** The chief figures as lines for a terminal. */
export function slicesInShort(evaluation: NumberedSlices): string {
  const { studies, atLabels, atFound, notFound, finder, sacArea, numbering } = evaluation;
  const lines = [
    `labelled slices of ${studies} studies`,
    ...gradingLines('at the labels', atLabels),
    ...(finder === null
      ? []
      : [
          `foramina: ${shown(finder.found)} of ${finder.foramina} found and numbered right, ${shown(finder.medianMm, 1)} mm off in the median`,
        ]),
    ...(atFound === null ? [] : gradingLines(`where found (${notFound} not)`, atFound)),
    ...(numbering === null ? [] : [numberingLine(numbering)]),
    ...(sacArea === null ? [] : [sacAreaLine(sacArea)]),
  ];
  return `${lines.join('\n')}\n`;
}

function gradingLines(where: string, { conditions }: GradingSummary): string[] {
  return Object.entries(conditions)
    .filter(([, { rows }]) => rows > 0)
    .map(([condition, { rows, unmarked, measures: m }]) => {
      const figures = [
        `log loss ${shown(m.logLoss)}`,
        `weighted ${shown(m.weightedLogLoss)}, ${shown(m.competitionLogLoss)} where weights are given to the probabilities too`,
        `AUROC ${shown(m.aurocModerateOrWorse)} and ${shown(m.aurocSevere)} (Moderate or worse, Severe)`,
        `accuracy ${shown(m.accuracy)}`,
        `calibration error ${shown(m.calibrationErrorModerateOrWorse)}`,
        ...(unmarked === null
          ? []
          : [
              `${(100 * (1 - unmarked.rows / rows)).toFixed(1)} % marked as uncertain, the others ${shown(unmarked.measures.accuracy)} right`,
            ]),
      ];
      return `${condition}, ${rows} ${where}: ${figures.join('; ')}`;
    });
}

function numberingLine({ studies, asLabelled, oneOff }: NumberingSummary): string {
  return `numbering of ${studies} studies by their foramina: as labelled, doubted ${asLabelled.doubted}, confirmed ${asLabelled.confirmed}; one level off, ${2 * studies} times, doubted ${oneOff.doubted}, confirmed ${oneOff.confirmed}`;
}

function sacAreaLine({ measured, absent, medianMm2, ...of }: SacAreaSummary): string {
  const medians = Object.entries(medianMm2).flatMap(([grade, mm2]) =>
    mm2 === null ? [] : [`${grade} ${mm2.toFixed(0)}`],
  );
  return `sac area of ${measured} canals (${absent} not measured), which no grade is made of: median mm² ${medians.join(', ')}; AUROC ${shown(of.aurocModerateOrWorse)} and ${shown(of.aurocSevere)}`;
}

function shown({ value, interval }: Estimate, digits = 3): string {
  const range = interval ? ` (${interval[0].toFixed(digits)}–${interval[1].toFixed(digits)})` : '';
  return value === null ? '–' : `${value.toFixed(digits)}${range}`;
}
