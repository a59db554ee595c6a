import { GRADES } from '../../domain/grade.ts';
import type { NumberedSlices } from '../slices/numbering-by-foramina.ts';
import { FOUND_WITHIN_MM } from '../slices/summarise-slices.ts';
import type { WorstFinding } from '../slices/worst-findings.ts';
import type { EvaluationDescription } from './evaluation-description.ts';
import { gradingSection } from './grading-section.ts';
import { estimate, figure, type Html, html, pngSource } from './html.ts';
import { STYLE } from './page-style.ts';

/** What an evaluation of labelled slices was made with. */
export interface SlicesDescription
  extends Pick<EvaluationDescription, 'command' | 'seed' | 'resamples' | 'pack'> {
  readonly schema: 'spinegrade-slices-evaluation/1';
  readonly slices: { readonly folds: readonly number[] | null };
}

/** An evaluation of labelled slices as one HTML page that needs no other file, script or network. */
export function slicesPage(
  about: SlicesDescription,
  { studies, atLabels, atFound, notFound, finder, numbering }: NumberedSlices,
  worst: readonly WorstFinding[],
): string {
  const { pack, command, seed, resamples } = about;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Labelled slices graded by ${pack.name} ${pack.version}</title><style>${{ html: STYLE }}</style></head><body>
<h1>Labelled slices graded by ${pack.name} ${pack.version}</h1>
<p class="statement"><b>Research use only. Not a medical device; not for diagnosis.</b> Each finding is graded from the one slice, or three, on which
it was labelled: choosing series, finding the discs and numbering them is not judged here.</p>
<dl><dt>model pack</dt><dd>${pack.name} ${pack.version}, SHA-256 of the manifest <code>${pack.sha256}</code></dd>
<dt>intended use</dt><dd>${pack.intendedUse}</dd>
<dt>trained on</dt><dd>${pack.trainedOn}</dd>
<dt>command</dt><dd><code>${command}</code></dd>
<dt>studies</dt><dd>${studies}</dd>
<dt>seed</dt><dd>${seed}</dd>
<dt>intervals</dt><dd>95 %, percentile bootstrap over studies, ${resamples} resamples</dd></dl>
<h1>At the labelled places</h1>
${gradingSection(atLabels)}
${
  finder &&
  html`<h1>At the places that the pack found</h1>
<p>${finder.foramina} foramina. Found within ${FOUND_WITHIN_MM} mm of the label and numbered as labelled: ${estimate(finder.found)}; error in the median, mm: ${estimate(finder.medianMm, 1)}; not graded, as nothing was found: ${notFound}.</p>`
}
${
  numbering &&
  html`<p>Numbering of ${numbering.studies} studies by their foramina: as labelled, doubted ${numbering.asLabelled.doubted} and confirmed ${numbering.asLabelled.confirmed}; set one level lower and one higher, doubted ${numbering.oneOff.doubted} and confirmed ${numbering.oneOff.confirmed} of ${2 * numbering.studies}.</p>`
}
${atFound && gradingSection(atFound)}
${
  worst.length === 0
    ? null
    : html`<h1>What cost most</h1>
<p>The findings with the greatest weighted log loss of each condition, as the network saw them.</p>
<div class="row">${worst.map(pictured)}</div>`
}
</body></html>
`;
  return page.html;
}

function pictured({ name, truth, posteriors, png, width, height }: WorstFinding): Html {
  return html`<figure><figcaption>${name}</figcaption>
<img src="${pngSource(png)}" width="${2 * width}" height="${2 * height}" alt="">
<small>${GRADES[truth]!}; said ${GRADES.map((grade, i) => `${grade} ${figure(posteriors[i]!, 2)}`).join(', ')}</small></figure>`;
}
