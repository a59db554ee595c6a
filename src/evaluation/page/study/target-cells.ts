import type { Observation } from '../../../domain/assessment.ts';
import { LEVEL_TARGETS, type Target, targetKey } from '../../../domain/target.ts';
import { type Html, html } from '../html.ts';
import type { ShownStudy } from './shown-study.ts';

/** The targets of a level in words, in LEVEL_TARGETS order. */
export const TARGET_NAMES: readonly string[] = LEVEL_TARGETS.map(({ condition, side }) => {
  const name = condition.replaceAll('_', ' ');
  return side === null ? name : `${side} ${name}`;
});

/** What was said of a label beside its reference. */
export function labelCell(study: ShownStudy, { label, level, probability, present }: Observation): Html {
  const reference = study.labels(label, level);
  const verdict = reference === undefined ? '' : reference === present ? 'right' : 'wrong';
  const truth = reference === undefined ? 'no reference' : `reference: ${reference ? 'present' : 'absent'}`;
  const said = `${present ? 'present' : 'absent'}, ${Math.round(100 * probability)} %`;
  return html`<td class="${verdict}"><b>${label.replace('_', ' ')}</b><br>${said}<br>${truth}</td>`;
}

/** What was said of a target beside its reference. */
export function gradeCell(study: ShownStudy, target: Target, name: string): Html {
  const key = targetKey(target);
  const finding = study.findings.find((candidate) => targetKey(candidate) === key);
  const reference = study.grades[key];
  if (finding === undefined)
    return html`<td><b>${name}</b><br>not graded<br>${reference ?? 'no reference'}</td>`;
  const percent = Math.round(100 * finding.probabilities[finding.grade]);
  const verdict = reference === undefined ? '' : reference === finding.grade ? 'right' : 'wrong';
  const truth =
    reference === undefined
      ? 'no reference'
      : verdict === 'right'
        ? 'as the reference'
        : `reference: ${reference}`;
  return html`<td class="${verdict}"><b>${name}</b><br>${finding.grade} ${percent} %<br>${truth}</td>`;
}
