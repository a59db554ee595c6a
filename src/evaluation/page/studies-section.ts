import type { Evaluation, StudyReasons } from '../evaluation.ts';
import { type Html, html } from './html.ts';

/** How many studies the figures hold for, and why the others are not among them. */
export function studiesSection({
  graded,
  labelledTargets,
  ungradedTargets,
  ineligible,
  failed,
  unlabelled,
  warned,
}: Evaluation['studies']): Html {
  return html`<h2>Studies</h2>
<p>${graded} studies graded, ${labelledTargets} labelled targets${ungradedTargets === 0 ? '' : `; the pack left ${ungradedTargets} others out`}. Not graded, and in none of the figures: ${ineligible.length} ineligible,
${failed.length} failed, ${unlabelled.length} without labels.</p>
${reasonsTable('Ineligible', ineligible)}${reasonsTable('Failed', failed)}${reasonsTable('Graded with a warning', warned)}
${unlabelled.length === 0 ? null : html`<p>Without labels: ${unlabelled.join(', ')}.</p>`}`;
}

function reasonsTable(heading: string, studies: readonly StudyReasons[]): Html | null {
  if (studies.length === 0) return null;
  const rows = studies.map(
    ({ studyId, reasons }) =>
      html`<tr><th>${studyId}</th><td style="text-align:left">${reasons.join(' ')}</td></tr>`,
  );
  return html`<h3>${heading}</h3><table>${rows}</table>`;
}
