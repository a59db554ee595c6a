import { createHash } from 'node:crypto';
import type { GradedStudy } from '../../../domain/assessment.ts';
import { LEVELS, type Level, NUMBERING_STATEMENT } from '../../../domain/level.ts';
import { isMeasured, MEASURES, type Measure } from '../../../domain/measurement.ts';
import { inWords } from '../../../domain/remark.ts';
import { isSameTarget, LEVEL_TARGETS, type Target } from '../../../domain/target.ts';
import type { AnalysisRecord } from '../../../jobs/analysis-record.ts';
import { documentOf, type Html, html } from '../../page/render/html.ts';
import { columnWords, MEASURE_COLUMNS, percent, quantity } from '../../page/words.ts';

const STYLE = `
:root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid; padding: .4rem .6rem; text-align: left; vertical-align: top; }
.severe { font-weight: bold; }
.scroll { overflow-x: auto; }
`;

/** What the page may do: show itself, in its own style. */
export const REPORT_PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;

/** The results of a study as a page for people, whole in itself: no script, no picture, nothing fetched. */
export function reportPage(record: AnalysisRecord & { readonly graded: GradedStudy }): string {
  const { graded, studyInstanceUid } = record;
  const { name, version, packSha256 } = graded.algorithm;
  const facts: readonly (readonly [string, string])[] = [
    ['Study Instance UID', studyInstanceUid],
    ['Analysed', (record.finishedAt ?? record.updatedAt).toISOString()],
    ['Algorithm', `${name} ${version} (${packSha256.slice(0, 12)}…)`],
    ['Report', record.report?.sopInstanceUid ?? 'none'],
    ['Numbering', NUMBERING_STATEMENT],
  ];
  return documentOf(html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>Lumbar spine MRI: findings</title>
      <style>${STYLE}</style>
    </head>
    <body>
      <main>
        <h1>Lumbar spine MRI: findings</h1>
        <p><strong>For research use only. Not a medical device, and not for diagnosis.</strong></p>
        <div class="scroll" role="region" aria-label="Findings" tabindex="0">${table(graded)}</div>
        ${measuresTable(graded)}
        ${
          graded.warnings.length > 0 &&
          html`<h2>Limitations</h2>
            <ul>${graded.warnings.map((warning) => html`<li>${inWords(warning)}</li>`)}</ul>`
        }
        <h2>About this result</h2>
        <dl>${facts.map(([term, value]) => [html`<dt>${term}</dt>`, html`<dd>${value}</dd>`])}</dl>
      </main>
    </body>
  </html>`);
}

/** Null where the model measures nothing. */
function measuresTable({ measurements = [] }: GradedStudy): Html | null {
  if (measurements.length === 0) return null;
  const cell = (level: Level, measure: Measure) => {
    const found = measurements.find((each) => each.level === level && each.measure === measure);
    if (found === undefined) return html`<td>–</td>`;
    return html`<td>${isMeasured(found) ? quantity(found) : html`<code>${found.absent}</code>`}</td>`;
  };
  return html`<div class="scroll" role="region" aria-label="Lengths and areas" tabindex="0"><table>
    <caption>Lengths and areas, by level, or why they are absent</caption>
    <thead><tr><th scope="col">Level</th>${MEASURES.map((measure) => html`<th scope="col">${MEASURE_COLUMNS[measure]}</th>`)}</tr></thead>
    <tbody>${LEVELS.map((level) => html`<tr><th scope="row">${level}</th>${MEASURES.map((measure) => cell(level, measure))}</tr>`)}</tbody>
  </table></div>`;
}

function table(graded: GradedStudy): Html {
  return html`<table>
    <caption>Grade and its probability, by level</caption>
    <thead>
      <tr><th scope="col">Level</th>${LEVEL_TARGETS.map((target) => html`<th scope="col">${columnWords(target)}</th>`)}</tr>
    </thead>
    <tbody>
      ${LEVELS.map(
        (level) =>
          html`<tr><th scope="row">${level}</th>${LEVEL_TARGETS.map((target) => cell(graded, { ...target, level }))}</tr>`,
      )}
    </tbody>
  </table>`;
}

function cell({ findings }: GradedStudy, target: Target): Html {
  const found = findings.find((each) => isSameTarget(each, target));
  if (found === undefined) return html`<td>not graded</td>`;
  const { grade, probabilities } = found;
  return html`<td class=${grade === 'Severe' ? 'severe' : null}>${grade}, ${percent(probabilities[grade])}</td>`;
}
