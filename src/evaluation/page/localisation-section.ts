import { LEVELS } from '../../domain/level.ts';
import type {
  LocalisationSummary,
  PlaceKindSummary,
  PlaceSummary,
} from '../measures/summary/summarise-localisation.ts';
import { estimate, figure, type Html, html } from './html.ts';

/** What the page says of the places found. */
export function localisationSection({ disc, canal, misnumbered }: LocalisationSummary): Html {
  const numbering =
    misnumbered.length === 0
      ? html`<p>In every study each place found lies nearest to the true place of its own level.</p>`
      : html`<p class="warning">Levels are wrong in ${misnumbered.length} studies: ${misnumbered.join(', ')}.</p>`;
  return html`<h2>Localisation</h2>
${disc === null && canal === null ? html`<p>There are no true places to compare with.</p>` : numbering}
${disc && table('Centre of the disc', disc)}${canal && table('Centre of the spinal canal at the disc', canal)}`;
}

function table(name: string, summary: PlaceKindSummary): Html {
  const row = (heading: string, place: PlaceSummary) =>
    html`<tr><th>${heading}</th><td>${place.count}</td><td>${estimate(place.medianMm, 1)}</td><td>${estimate(place.meanMm, 1)}</td>
<td>${figure(place.p95Mm, 1)}</td><td>${figure(place.worstMm, 1)}</td><td>${figure(place.meanInSliceMm, 1)}</td></tr>`;
  return html`<h3>${name}: error, mm</h3>
<table class="wide"><tr><th></th><th>places</th><th>median</th><th>mean</th><th>95th percentile</th><th>worst</th><th>mean within the slice a reader marked</th></tr>
${row('all levels', summary)}${LEVELS.map((level) => row(level, summary.levels[level]))}</table>`;
}
