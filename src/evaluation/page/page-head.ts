import type { EvaluationDescription } from './evaluation-description.ts';
import { type Html, html } from './html.ts';

/** What was evaluated, with what and how, and what the figures do not say. */
export function pageHead({ pack, command, seed, resamples, source, timing }: EvaluationDescription): Html {
  const { without, crop } = source;
  const aside = without.length === 0 ? null : html`<dt>series set aside</dt><dd>${without.join(', ')}</dd>`;
  const less =
    crop === 1 ? null : html`<dt>cropped</dt><dd>to ${crop} of the rows and columns of every slice</dd>`;
  return html`<h1>Evaluation of ${pack.name} ${pack.version}</h1>
<p class="statement"><b>Research use only. Not a medical device; not for diagnosis.</b> These figures hold for the studies evaluated here and say nothing
of other scanners, protocols or patients.</p>
<dl><dt>model pack</dt><dd>${pack.name} ${pack.version}, SHA-256 of the manifest <code>${pack.sha256}</code></dd>
<dt>intended use</dt><dd>${pack.intendedUse}</dd>
<dt>trained on</dt><dd>${pack.trainedOn}</dd>
<dt>computed on</dt><dd>${pack.provider}${timing && html`, ${timing.msPerStudy.toFixed(0)} ms a study on ${timing.threads} threads (localise, crop, classify)`}</dd>
<dt>weights</dt><dd>${pack.parameters.toLocaleString('en')}</dd>
<dt>command</dt><dd><code>${command}</code></dd>
<dt>seed</dt><dd>${seed}</dd>${aside}${less}
<dt>intervals</dt><dd>95 %, percentile bootstrap over studies, ${resamples} resamples; none is given where a figure is undefined in many of them</dd></dl>`;
}
