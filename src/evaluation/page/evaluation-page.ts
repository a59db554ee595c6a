import type { Evaluation, StudyReasons } from '../run-evaluation.ts';
import type { EvaluationDescription } from './evaluation-description.ts';
import { gradingSection } from './grading-section.ts';
import { type Html, html } from './html.ts';
import { labelSection } from './label-section.ts';
import { localisationSection } from './localisation-section.ts';
import type { ShownStudy } from './shown-study.ts';
import { studySection } from './study-section.ts';

const STYLE = `
:root { color-scheme: light; }
body { font: 15px/1.45 system-ui, sans-serif; color: #111; background: #fff; max-width: 1180px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin-bottom: .3rem; } h2 { margin-top: 2.2rem; border-bottom: 1px solid #bbb; } h3 { margin-bottom: .4rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border: 1px solid #d0d0d0; padding: .3rem .55rem; text-align: right; vertical-align: top; }
th { text-align: left; font-weight: 600; background: #f4f6f8; }
small { display: block; color: #555; white-space: nowrap; }
.chief { font-weight: 700; } .wide th { font-size: .82rem; max-width: 9rem; }
.statement { border-left: 4px solid #b3541e; background: #fdf3ec; padding: .6rem .9rem; }
.warning { color: #8c2f00; }
.row { display: flex; flex-wrap: wrap; gap: 1.4rem; } figure { margin: 0; } figcaption { font-weight: 600; margin-bottom: .3rem; }
.confusion td { text-align: center; }
dl { display: grid; grid-template-columns: max-content auto; gap: .15rem 1rem; } dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
code { font-size: .9em; }
svg { display: block; } svg text { font: 11px system-ui, sans-serif; fill: #333; }
.grid { stroke: #e3e3e3; } .diagonal { stroke: #999; stroke-dasharray: 4 4; }
.line { fill: none; stroke-width: 2; } .first { stroke: #1f5f8b; } .second { stroke: #b3541e; stroke-dasharray: 7 3; }
.key svg { display: inline-block; margin-left: 1rem; }
.dot { fill: #1f5f8b; }
circle.found { fill: none; stroke: #00b7c7; stroke-width: 1.5; } svg text.true { fill: #ffd400; font-size: inherit; font-weight: 700; }
span.found { color: #007a86; } span.true { color: #7a6500; }
.grades td { text-align: left; font-size: .78rem; line-height: 1.3; } .grades img { display: block; max-width: 100%; height: auto; }
.right { background: #eef7ee; } .wrong { background: #fde9e4; }
@media print { body { max-width: none; margin: 0; } h2, figure, tr { break-inside: avoid; } }
`;

/** The whole evaluation as one HTML page that needs no other file, script or network. */
export function evaluationPage(
  about: EvaluationDescription,
  evaluation: Evaluation,
  shown: readonly ShownStudy[],
): string {
  const { grading, labels, localisation } = evaluation;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Evaluation of ${about.pack.name} ${about.pack.version}</title><style>${{ html: STYLE }}</style></head><body>
${head(about)}
${studiesSection(evaluation.studies)}
${evaluation.studies.graded === 0 ? null : html`${evaluation.studies.labelledTargets > 0 ? gradingSection(grading) : null}${labels && labelSection(labels)}${localisationSection(localisation)}`}
${shown.length === 0 ? null : html`<h2>Studies pictured</h2>${shown.map(studySection)}`}
</body></html>
`;
  return page.html;
}

function head({ pack, command, seed, resamples, source, timing }: EvaluationDescription): Html {
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

function studiesSection({
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
