import { CONDITIONS, type Condition } from '../../domain/target.ts';
import type { GroupSummary } from '../measures/summary/summarise-condition.ts';
import type { GradingSummary } from '../measures/summary/summarise-grading.ts';
import { ROC_KEY, reliabilityChart, rocChart } from './curve-charts.ts';
import { confusionTable, gradesTable, levelsTable, measuresTable } from './grading-tables.ts';
import { estimate, type Html, html } from './html.ts';

const CONDITION_NAMES: Readonly<Record<Condition, string>> = {
  spinal_canal_stenosis: 'Spinal canal stenosis',
  neural_foraminal_narrowing: 'Neural foraminal narrowing',
  subarticular_stenosis: 'Subarticular stenosis',
};

/** Everything the page says of the grades. */
export function gradingSection({ competition, conditions }: GradingSummary): Html {
  const summaries = CONDITIONS.filter((condition) => conditions[condition].rows > 0).map(
    (condition) => [CONDITION_NAMES[condition], conditions[condition]] as const,
  );
  const measured = summaries.flatMap(([name, summary]): (readonly [string, GroupSummary])[] => [
    [name, summary],
    ...(summary.sayable === null ? [] : [[`${name}: grades the model can say`, summary.sayable] as const]),
    ...(summary.unmarked === null ? [] : [[`${name}: not marked as uncertain`, summary.unmarked] as const]),
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
