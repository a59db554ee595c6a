import { capitalised, codeOf, inWords } from '../../../domain/remark.ts';
import type { SeriesDecision } from '../../../domain/series-decision.ts';
import { ROLE_NAMES } from '../../../domain/series-role.ts';
import { type Html, html } from '../render/html.ts';

/** Why each series was chosen or refused: the chosen ones first. */
export function seriesSection(series: readonly SeriesDecision[]): Html | null {
  if (series.length === 0) return null;
  const sorted = series.toSorted((one, other) => Number(other.chosen) - Number(one.chosen));
  return html`<section class="card">
    <h2>Series</h2>
    <ul class="series">${sorted.map(ofSeries)}</ul>
  </section>`;
}

function ofSeries(of: SeriesDecision): Html {
  const { seriesNumber, seriesInstanceUid, modality, instanceCount, role, chosen, reasons } = of;
  return html`<li class=${chosen ? 'stored' : 'ineligible'}>
    <h3>
      <span class="badge"><span class="sign" aria-hidden="true">${chosen ? '✓' : '–'}</span>${chosen ? 'Chosen' : 'Not used'}</span>
      ${' '}${seriesNumber === null ? 'Series' : `Series ${seriesNumber}`}${role !== null && ` · ${ROLE_NAMES[role]}`}
      <span class="faint">${modality}, ${instanceCount} ${instanceCount === 1 ? 'image' : 'images'}</span>
    </h3>
    <ul class="reasons">
      ${reasons.map((reason) => html`<li>${capitalised(inWords(reason))}${codeOf(reason) !== null && html` <code>${codeOf(reason)}</code>`}</li>`)}
    </ul>
    <p class="mono faint">${seriesInstanceUid}</p>
  </li>`;
}
