import type { Grade } from '../../../domain/grade.ts';
import { shortTargetName } from '../../../domain/target.ts';
import type { WorstGrade } from '../../../jobs/ledger/list-analyses.ts';
import { type Html, html } from '../render/html.ts';
import { GRADE_CLASSES } from '../words.ts';

/** How many findings are named beside the grade. */
const NAMED = 2;

const SIGNS: Readonly<Record<Grade, string>> = { 'Normal/Mild': '○', Moderate: '◐', Severe: '●' };

/** A grade by word and sign. */
export function gradeMark(grade: Grade): Html {
  return html`<span class=${`grade ${GRADE_CLASSES[grade]}`}><span class="sign" aria-hidden="true">${SIGNS[grade]}</span>${grade}</span>`;
}

/** The worst grade, and where it is. */
export function worstGrade({ grade, targets }: WorstGrade): Html {
  const more = targets.length - NAMED;
  const where = targets.slice(0, NAMED).map(shortTargetName).join(', ');
  return html`<div class="worst">
    ${gradeMark(grade)}
    ${grade !== 'Normal/Mild' && html`<span class="faint">${where}${more > 0 && ` and ${more} more`}</span>`}
  </div>`;
}
