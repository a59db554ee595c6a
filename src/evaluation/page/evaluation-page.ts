import type { Evaluation } from '../evaluation.ts';
import type { EvaluationDescription } from './evaluation-description.ts';
import { gradingSection } from './grading-section.ts';
import { html } from './html.ts';
import { labelSection } from './label-section.ts';
import { localisationSection } from './localisation-section.ts';
import { pageHead } from './page-head.ts';
import { STYLE } from './page-style.ts';
import { studiesSection } from './studies-section.ts';
import type { ShownStudy } from './study/shown-study.ts';
import { studySection } from './study/study-section.ts';

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
${pageHead(about)}
${studiesSection(evaluation.studies)}
${evaluation.studies.graded === 0 ? null : html`${evaluation.studies.labelledTargets > 0 ? gradingSection(grading) : null}${labels && labelSection(labels)}${localisationSection(localisation)}`}
${shown.length === 0 ? null : html`<h2>Studies pictured</h2>${shown.map(studySection)}`}
</body></html>
`;
  return page.html;
}
