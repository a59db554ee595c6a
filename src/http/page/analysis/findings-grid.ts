import type { Finding, GradedStudy } from '../../../domain/assessment.ts';
import { GRADES, type GradeProbabilities } from '../../../domain/grade.ts';
import { LEVELS } from '../../../domain/level.ts';
import { CONDITIONS, isSameTarget, LEVEL_TARGETS, type Target } from '../../../domain/target.ts';
import { uncertaintyInWords } from '../../../domain/uncertainty.ts';
import { gradeMark } from '../list/worst-grade.ts';
import { type Html, html } from '../render/html.ts';
import { CONDITION_WORDS, columnWords, GRADE_CLASSES, percent } from '../words.ts';
import { targetQuery } from './chosen-target.ts';

interface GridParts {
  readonly id: string;
  readonly graded: GradedStudy;
  readonly chosen: Target | null;
}

/** The 25 findings: a row a level, a column a condition and side. Each leads to the image that it was read from. */
export function findingsGrid({ id, graded, chosen }: GridParts): Html {
  const cell = (target: Target) => {
    const finding = graded.findings.find((each) => isSameTarget(each, target));
    return finding === undefined
      ? html`<td class="faint">not graded</td>`
      : html`<td class=${`finding ${GRADE_CLASSES[finding.grade]}${finding.uncertain ? ' uncertain' : ''}`}>
          ${findingLink(id, finding, chosen !== null && isSameTarget(target, chosen))}
        </td>`;
  };
  return html`<div class="scroll" role="region" aria-label="Findings by level" tabindex="0">
    <table class="grid">
      <thead>
        <tr>
          <td></td>
          ${CONDITIONS.map((condition) => {
            const sides = LEVEL_TARGETS.filter((each) => each.condition === condition).length;
            return html`<th scope="colgroup" colspan=${sides}>${CONDITION_WORDS[condition]}</th>`;
          })}
        </tr>
        <tr>
          <th scope="col">Level</th>
          ${LEVEL_TARGETS.map(
            (target) =>
              html`<th scope="col">${target.side ?? html`<span class="unseen">${columnWords(target)}</span>`}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${LEVELS.map(
          (level) =>
            html`<tr><th scope="row">${level}</th>${LEVEL_TARGETS.map((target) => cell({ ...target, level }))}</tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function findingLink(id: string, finding: Finding, isChosen: boolean): Html {
  const { grade, probabilities, uncertain } = finding;
  return html`<a
    href=${`/page/analyses/${id}?${targetQuery(finding)}#region`}
    data-part="region"
    aria-current=${isChosen ? 'true' : null}
    title=${uncertain === undefined ? null : uncertaintyInWords(uncertain)}
  >
    ${gradeMark(grade)}
    <span class="probable">${percent(probabilities[grade])}</span>
    ${uncertain !== undefined && html`<span class="doubt">? uncertain</span>`}
    ${bar(probabilities)}
    <span class="unseen">. ${probabilityWords(probabilities)}. Show its image.</span>
  </a>`;
}

/** All three, side by side; in words beside it. */
function bar(probabilities: GradeProbabilities): Html {
  let from = 0;
  const parts = GRADES.map((grade) => {
    const part = { grade, from, width: 100 * probabilities[grade] };
    from += part.width;
    return part;
  });
  return html`<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
    ${parts.map((part) => html`<rect class=${GRADE_CLASSES[part.grade]} x=${part.from.toFixed(2)} y="0" width=${part.width.toFixed(2)} height="6" />`)}
  </svg>`;
}

export function probabilityWords(probabilities: GradeProbabilities): string {
  return GRADES.map((grade) => `${grade} ${percent(probabilities[grade])}`).join(', ');
}
