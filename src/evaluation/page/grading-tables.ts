import { GRADES } from '../../domain/grade.ts';
import { LEVELS } from '../../domain/level.ts';
import type { ConfusionMatrix } from '../measures/confusion-matrix.ts';
import { MEASURES, type Measure } from '../measures/grade-measures.ts';
import type { ConditionSummary, GroupSummary } from '../measures/summary/summarise-condition.ts';
import { estimate, figure, type Html, html } from './html.ts';

/** Measures of the table by level: the rest is in the JSON. */
const LEVEL_MEASURES: readonly Measure[] = [
  'logLoss',
  'accuracy',
  'macroF1',
  'quadraticKappa',
  'aurocModerateOrWorse',
  'calibrationErrorModerateOrWorse',
];

/** Every measure (row) of every condition (column). */
export function measuresTable(summaries: readonly (readonly [string, GroupSummary])[]): Html {
  const rows = (Object.keys(MEASURES) as Measure[]).map(
    (measure) =>
      html`<tr><th>${MEASURES[measure]}</th>${summaries.map(
        ([, { measures }]) => html`<td>${estimate(measures[measure])}</td>`,
      )}</tr>`,
  );
  return html`<table><tr><th></th>${summaries.map(([name]) => html`<th>${name}</th>`)}</tr>
<tr><th>labelled targets</th>${summaries.map(([, summary]) => html`<td>${summary.rows}</td>`)}</tr>${rows}</table>`;
}

/** Rows are the truth; a cell's shade is its share of the row. */
export function confusionTable(name: string, matrix: ConfusionMatrix): Html {
  const rows = matrix.map((counts, truth) => {
    const total = counts.reduce((a, b) => a + b, 0);
    const cells = counts.map((count) => {
      const share = total === 0 ? 0 : count / total;
      const shade = `background:rgb(31 95 139 / ${share.toFixed(2)});color:${share > 0.5 ? '#fff' : '#111'}`;
      return html`<td style="${shade}">${count}<small style="color:inherit">${Math.round(100 * share)} %</small></td>`;
    });
    return html`<tr><th>${GRADES[truth]!}</th>${cells}</tr>`;
  });
  return html`<figure><figcaption>${name}</figcaption><table class="confusion">
<tr><th>truth ↓ predicted →</th>${GRADES.map((grade) => html`<th>${grade}</th>`)}</tr>${rows}</table></figure>`;
}

/** Precision, recall and F1 of each grade of each condition. */
export function gradesTable(summaries: readonly (readonly [string, GroupSummary])[]): Html {
  const rows = summaries.flatMap(([name, { grades, confusion }]) =>
    GRADES.map((grade, index) => {
      const { precision, recall, f1 } = grades[index]!;
      const occurring = confusion[index]!.reduce((a, b) => a + b, 0);
      return html`<tr><th>${name}: ${grade}</th><td>${occurring}</td><td>${figure(precision)}</td><td>${figure(recall)}</td><td>${figure(f1)}</td></tr>`;
    }),
  );
  return html`<table><tr><th></th><th>targets</th><th>precision</th><th>recall</th><th>F1</th></tr>${rows}</table>`;
}

/** The chief measures of one condition, level by level. */
export function levelsTable(name: string, { levels }: ConditionSummary): Html {
  const rows = LEVELS.filter((level) => levels[level].rows > 0).map((level) => {
    const { rows: count, confusion, measures } = levels[level];
    const worse = confusion.slice(1).flat();
    const cells = LEVEL_MEASURES.map((measure) => html`<td>${estimate(measures[measure])}</td>`);
    return html`<tr><th>${level}</th><td>${count}</td><td>${worse.reduce((a, b) => a + b, 0)}</td>${cells}</tr>`;
  });
  return html`<h3>${name}</h3><table class="wide"><tr><th></th><th>labelled targets</th><th>Moderate or worse</th>${LEVEL_MEASURES.map(
    (measure) => html`<th>${MEASURES[measure]}</th>`,
  )}</tr>${rows}</table>`;
}
