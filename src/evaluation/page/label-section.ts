import { DISC_LABELS, type DiscLabel } from '../../domain/assessment.ts';
import { LABEL_MEASURES, type LabelConfusion, type LabelMeasure } from '../measures/label-measures.ts';
import type { LabelSummary } from '../measures/summary/summarise-labels.ts';
import { estimate, type Html, html } from './html.ts';

/** What the page says of a multi-label network. */
export function labelSection({ labels, mean }: LabelSummary): Html {
  const measures = Object.keys(LABEL_MEASURES) as LabelMeasure[];
  const known = DISC_LABELS.filter((label) => labels[label].rows > 0);
  const rows = known.map((label) => {
    const cells = measures.map((measure) => html`<td>${estimate(labels[label].measures[measure])}</td>`);
    return html`<tr><th>${label.replace('_', ' ')}</th><td>${labels[label].rows}</td>${cells}</tr>`;
  });
  const means = measures.map((measure) => html`<td>${estimate(mean[measure])}</td>`);
  return html`<h2>Labels of the motion segments</h2>
<table class="wide"><tr><th></th><th>segments</th>${measures.map((measure) => html`<th>${LABEL_MEASURES[measure]}</th>`)}</tr>
${rows}<tr><th>mean of the labels</th><td></td>${means}</tr></table>
<h3>Truth and prediction</h3>
<div class="row">${known.map((label) => confusionTable(label, labels[label].confusion))}</div>`;
}

function confusionTable(label: DiscLabel, counts: LabelConfusion): Html {
  const { presentSaid, presentMissed, absentSaid, absentUnsaid } = counts;
  return html`<figure><figcaption>${label.replace('_', ' ')}</figcaption><table class="confusion">
<tr><th>truth ↓ predicted →</th><th>absent</th><th>present</th></tr>
<tr><th>absent</th><td>${absentUnsaid}</td><td>${absentSaid}</td></tr>
<tr><th>present</th><td>${presentMissed}</td><td>${presentSaid}</td></tr></table></figure>`;
}
