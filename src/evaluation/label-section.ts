import { DISC_LABELS } from '../domain/assessment.ts';
import { estimate, type Html, html } from './html.ts';
import { LABEL_MEASURES, type LabelMeasure, type LabelSummary } from './summarise-labels.ts';

/** What the page says of a multi-label network. */
export function labelSection({ labels, mean }: LabelSummary): Html {
  const measures = Object.keys(LABEL_MEASURES) as LabelMeasure[];
  const rows = DISC_LABELS.map((label) => {
    const { rows: count, present, measures: values } = labels[label];
    const cells = measures.map((measure) => html`<td>${estimate(values[measure])}</td>`);
    return html`<tr><th>${label.replace('_', ' ')}</th><td>${count}</td><td>${present}</td>${cells}</tr>`;
  });
  const means = measures.map((measure) => html`<td>${estimate(mean[measure])}</td>`);
  return html`<h2>Labels of the motion segments</h2>
<table class="wide"><tr><th></th><th>segments</th><th>present</th>${measures.map((measure) => html`<th>${LABEL_MEASURES[measure]}</th>`)}</tr>
${rows}<tr><th>mean of the labels</th><td></td><td></td>${means}</tr></table>`;
}
