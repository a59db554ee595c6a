import { JUDGED_UNIT } from '../masks/judged-measures.ts';
import { type AnatomyEvaluation, DISC_WITHIN_MM } from '../masks/summarise-anatomy.ts';
import type { PicturedOutline } from '../masks/worst-outlines.ts';
import type { EvaluationDescription } from './evaluation-description.ts';
import { estimate, html, pngSource } from './html.ts';
import { STYLE } from './page-style.ts';

/** What an evaluation of outlines and measurements was made with. */
export interface AnatomyDescription
  extends Pick<EvaluationDescription, 'command' | 'seed' | 'resamples' | 'pack'> {
  readonly schema: 'spinegrade-anatomy-evaluation/1';
  readonly judged:
    | { readonly kind: 'masks'; readonly folds: readonly number[] | null }
    | { readonly kind: 'phantoms'; readonly studies: number; readonly family: string };
}

/** An evaluation of outlines and measurements as one HTML page that needs no other file, script or network. */
export function anatomyPage(
  { pack, command, seed, resamples, judged }: AnatomyDescription,
  { cases, slices, structures, discs, measures, localiser }: AnatomyEvaluation,
  worst: readonly PicturedOutline[],
): string {
  const against =
    judged.kind === 'masks'
      ? 'What is drawn as canal ends at the dura and is compared as the dural sac; beyond the lowest disc only what was drawn counts.'
      : `Against the exact outlines of phantoms of the family ${judged.family}, on the slices that their levels are measured on.`;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Anatomy outlined by ${pack.name} ${pack.version}</title><style>${{ html: STYLE }}</style></head><body>
<h1>Anatomy outlined by ${pack.name} ${pack.version}</h1>
<p class="statement"><b>Research use only. Not a medical device; not for diagnosis.</b> ${against}</p>
<dl><dt>model pack</dt><dd>${pack.name} ${pack.version}, SHA-256 of the manifest <code>${pack.sha256}</code></dd>
<dt>trained on</dt><dd>${pack.trainedOn}</dd>
<dt>command</dt><dd><code>${command}</code></dd>
<dt>cases</dt><dd>${cases}, ${slices} slices</dd>
<dt>seed</dt><dd>${seed}</dd>
<dt>intervals</dt><dd>95 %, percentile bootstrap over cases, ${resamples} resamples</dd></dl>
<h1>Outlines</h1>
<table><thead><tr><th>plane</th><th>structure</th><th>Dice</th><th>95th percentile of surface distance, mm</th></tr></thead><tbody>
${structures.map(
  ({ plane, structure, dice, surface95Mm }) =>
    html`<tr><td>${plane}</td><td>${structure}</td><td>${estimate(dice)}</td><td>${estimate(surface95Mm, 1)}</td></tr>`,
)}</tbody></table>
<p>Of ${discs.count} discs, centres within ${DISC_WITHIN_MM} mm: ${estimate(discs.within)}; off in the median, mm: ${estimate(discs.medianMm, 1)}</p>
${
  localiser === null
    ? null
    : html`<h1>Levels</h1>
<p>As the localiser finds them in every fourth slice of a case: ${localiser.localised} of ${localiser.cases} cases found; numbered right: ${estimate(localiser.numberedRight)}; with a warning of their numbering ${localiser.doubted.count}, of which numbered wrong ${localiser.doubted.wrong}.</p>
<table><thead><tr><th>centre</th><th>compared</th><th>within 3 mm</th><th>within 6 mm</th><th>mean distance, mm</th></tr></thead><tbody>
${(['disc', 'canal'] as const).map((kind) => {
  const { count, within3Mm, within6Mm, meanMm } = localiser[kind];
  return html`<tr><td>${kind}</td><td>${count}</td><td>${estimate(within3Mm)}</td><td>${estimate(within6Mm)}</td><td>${estimate(meanMm, 2)}</td></tr>`;
})}</tbody></table>`
}
<h1>Measurements</h1>
<table><thead><tr><th>measure</th><th>compared</th><th>off in the median</th><th>as a share</th><th>mean difference</th><th>limits of agreement (95 %)</th><th>absent</th><th>unfounded</th></tr></thead><tbody>
${measures.map(
  (m) =>
    html`<tr><td>${m.measure}, ${JUDGED_UNIT[m.measure]}</td><td>${m.count}</td><td>${estimate(m.medianOff, 2)}</td><td>${estimate(m.medianOffShare)}</td><td>${estimate(m.meanDifference, 2)}</td><td>${estimate(m.lowerLimit, 1)} to ${estimate(m.upperLimit, 1)}</td><td>${m.missed}</td><td>${m.unfounded}</td></tr>`,
)}</tbody></table>
<p>Absent: not measured, though it can be on the outline that is taken for true. Unfounded: measured, though it cannot.</p>
${
  worst.length === 0
    ? null
    : html`<h1>The worst slices</h1>
<p>Those whose outlines overlap least with what is taken for true (white); found: disc red, vertebra green, sac blue, epidural space yellow.</p>
<div class="row">${worst.map(
        ({ caption, png, width, height }) =>
          html`<figure><figcaption>${caption}</figcaption><img src="${pngSource(png)}" width="${width}" height="${height}" alt=""></figure>`,
      )}</div>`
}
</body></html>
`;
  return page.html;
}
