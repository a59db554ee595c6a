import { GRADES } from '../../domain/grade.ts';
import { LEVELS } from '../../domain/level.ts';
import { CONDITIONS, type Condition } from '../../domain/target.ts';
import type { ConfusionMatrix } from '../measures/grade-agreement.ts';
import {
  type ConditionSummary,
  type GradingSummary,
  type GroupSummary,
  MEASURES,
  type Measure,
} from '../measures/summarise.ts';
import { ROC_KEY, reliabilityChart, rocChart } from './curve-charts.ts';
import { estimate, figure, type Html, html } from './html.ts';

const CONDITION_NAMES: Readonly<Record<Condition, string>> = {
  spinal_canal_stenosis: 'Spinal canal stenosis',
  neural_foraminal_narrowing: 'Neural foraminal narrowing',
  subarticular_stenosis: 'Subarticular stenosis',
};

/** Measures of the table by level: the rest is in the JSON. */
const LEVEL_MEASURES: readonly Measure[] = [
  'logLoss',
  'accuracy',
  'macroF1',
  'quadraticKappa',
  'aurocModerateOrWorse',
  'calibrationErrorModerateOrWorse',
];

/** Everything the page says of the grades. */
export function gradingSection({ competition, conditions }: GradingSummary): Html {
  const summaries = CONDITIONS.filter((condition) => conditions[condition].rows > 0).map(
    (condition) => [CONDITION_NAMES[condition], conditions[condition]] as const,
  );
  const measured = summaries.flatMap(([name, summary]): (readonly [string, GroupSummary])[] => [
    [name, summary],
    ...(summary.sayable === null ? [] : [[`${name}: grades the model can say`, summary.sayable] as const]),
  ]);
  return html`<h2>Competition metric</h2>
<p>Weighted log loss of the RSNA 2024 Lumbar Spine Degenerative Classification challenge; less is better. Equal
thirds for every target give about 1.0.${competition.notScored && html` There is no score: ${competition.notScored}.`}</p>
<table><tr><th>score</th>${CONDITIONS.map((condition) => html`<th>${CONDITION_NAMES[condition]}</th>`)}<th>any severe spinal canal</th></tr>
<tr><td class="chief">${estimate(competition.score, 4)}</td>${CONDITIONS.map(
    (condition) => html`<td>${estimate(competition.conditions[condition], 4)}</td>`,
  )}<td>${estimate(competition.anySevereCanal, 4)}</td></tr></table>
<h2>By condition</h2>
${measuresTable(measured)}
<h3>Truth and prediction</h3>
<div class="row">${summaries.map(([name, summary]) => confusionTable(name, summary.confusion))}</div>
<h3>Each grade</h3>
${gradesTable(summaries)}
<h3>Receiver operating characteristic</h3>
${ROC_KEY}
<div class="row">${summaries.map(([name, summary]) => rocChart(name, summary.roc))}</div>
<h3>Reliability of P(Moderate or worse)</h3>
<div class="row">${summaries.map(([name, summary]) => reliabilityChart(name, summary.reliability))}</div>
<h2>By level</h2>
${summaries.map(([name, summary]) => levelsTable(name, summary))}`;
}

function measuresTable(summaries: readonly (readonly [string, GroupSummary])[]): Html {
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
function confusionTable(name: string, matrix: ConfusionMatrix): Html {
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

function gradesTable(summaries: readonly (readonly [string, GroupSummary])[]): Html {
  const rows = summaries.flatMap(([name, { grades, confusion }]) =>
    GRADES.map((grade, index) => {
      const { precision, recall, f1 } = grades[index]!;
      const occurring = confusion[index]!.reduce((a, b) => a + b, 0);
      return html`<tr><th>${name}: ${grade}</th><td>${occurring}</td><td>${figure(precision)}</td><td>${figure(recall)}</td><td>${figure(f1)}</td></tr>`;
    }),
  );
  return html`<table><tr><th></th><th>targets</th><th>precision</th><th>recall</th><th>F1</th></tr>${rows}</table>`;
}

function levelsTable(name: string, { levels }: ConditionSummary): Html {
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
