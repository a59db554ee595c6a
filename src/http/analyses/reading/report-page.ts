import { createHash } from 'node:crypto';
import type { GradedStudy } from '../../../domain/assessment.ts';
import { LEVELS, NUMBERING_STATEMENT } from '../../../domain/level.ts';
import { inWords } from '../../../domain/remark.ts';
import { LEVEL_TARGETS, type Target } from '../../../domain/target.ts';
import type { AnalysisRecord } from '../../../jobs/analysis-record.ts';

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

const HEADINGS: Readonly<Record<Target['condition'], string>> = {
  spinal_canal_stenosis: 'Spinal canal stenosis',
  neural_foraminal_narrowing: 'Neural foraminal narrowing',
  subarticular_stenosis: 'Subarticular stenosis',
};

/** The results of a study as a page for people, whole in itself: no script, no picture, nothing fetched. */
export function reportPage(record: AnalysisRecord & { readonly graded: GradedStudy }): string {
  const { graded, studyInstanceUid } = record;
  const { name, version, packSha256 } = graded.algorithm;
  const heads = LEVEL_TARGETS.map(({ condition, side }) =>
    text(side === null ? HEADINGS[condition] : `${HEADINGS[condition]}, ${side}`),
  );
  const rows = LEVELS.map((level) => {
    const cells = LEVEL_TARGETS.map((target) => cell(graded, { ...target, level }));
    return `<tr><th scope="row">${text(level)}</th>${cells.join('')}</tr>`;
  });
  const remarks = graded.warnings.map((warning) => `<li>${text(inWords(warning))}</li>`).join('');
  const facts: readonly (readonly [string, string])[] = [
    ['Study Instance UID', studyInstanceUid],
    ['Analysed', (record.finishedAt ?? record.updatedAt).toISOString()],
    ['Algorithm', `${name} ${version} (${packSha256.slice(0, 12)}…)`],
    ['Report', record.report?.sopInstanceUid ?? 'none'],
    ['Numbering', NUMBERING_STATEMENT],
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lumbar spine MRI: findings</title><style>${STYLE}</style></head>
<body><main><h1>Lumbar spine MRI: findings</h1>
<p><strong>For research use only. Not a medical device, and not for diagnosis.</strong></p>
<div class="scroll" role="region" aria-label="Findings" tabindex="0"><table><caption>Grade and its probability, by level</caption>
<thead><tr><th scope="col">Level</th>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
<tbody>${rows.join('')}</tbody></table></div>
${remarks === '' ? '' : `<h2>Limitations</h2><ul>${remarks}</ul>`}
<h2>About this result</h2><dl>${facts.map(([term, value]) => `<dt>${text(term)}</dt><dd>${text(value)}</dd>`).join('')}</dl>
</main></body></html>
`;
}

function cell({ findings }: GradedStudy, { condition, side, level }: Target): string {
  const found = findings.find(
    (each) => each.condition === condition && each.side === side && each.level === level,
  );
  if (found === undefined) return '<td>not graded</td>';
  const percent = Math.round(100 * found.probabilities[found.grade]);
  const kind = found.grade === 'Severe' ? ' class="severe"' : '';
  return `<td${kind}>${text(found.grade)}, ${percent} %</td>`;
}

const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
function text(value: string): string {
  return value.replaceAll(/[&<>"']/g, (character) => ESCAPED[character]!);
}
