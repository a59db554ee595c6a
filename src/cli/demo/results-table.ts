import { GRADES, type Grade, type GradeProbabilities } from '../../domain/grade.ts';
import { LEVELS } from '../../domain/level.ts';
import { isSameTarget, LEVEL_TARGETS, type Target } from '../../domain/target.ts';

export interface TableFinding extends Target {
  readonly grade: Grade;
  readonly probabilities: GradeProbabilities;
}

const HEADINGS = ['canal', 'foramen left', 'foramen right', 'recess left', 'recess right'];
const SHORT: Readonly<Record<Grade, string>> = {
  'Normal/Mild': 'normal',
  Moderate: 'moderate',
  Severe: 'SEVERE',
};
const WIDTH = 26;

/**
 * The 5 × 5 table in plain text: grade, its probability, and where the truth is known `=` or the true grade.
 * One row a level, one column a condition and side.
 */
export function resultsTable(
  findings: readonly TableFinding[],
  truth: ((target: Target) => Grade) | null,
): string {
  const head = `  ${''.padEnd(7)}${HEADINGS.map((heading) => heading.padEnd(WIDTH)).join('')}`.trimEnd();
  const rows = LEVELS.map((level) => {
    const cells = LEVEL_TARGETS.map((column) => {
      const target = { ...column, level };
      const finding = findings.find((each) => isSameTarget(each, target))!;
      const probability = finding.probabilities[finding.grade].toFixed(2);
      const known = truth?.(target);
      const verdict = known === undefined ? '' : known === finding.grade ? ' =' : ` (${SHORT[known]})`;
      return `${SHORT[finding.grade]} ${probability}${verdict}`.padEnd(WIDTH);
    });
    return `  ${level.padEnd(7)}${cells.join('')}`.trimEnd();
  });
  const lines = [head, ...rows];
  if (truth !== null) {
    const right = findings.filter((finding) => truth(finding) === finding.grade).length;
    const by = GRADES.map((grade) => {
      const of = findings.filter((finding) => truth(finding) === grade);
      return `${SHORT[grade]} ${of.filter((finding) => finding.grade === grade).length}/${of.length}`;
    });
    lines.push(
      '',
      `  ${right} of ${findings.length} as the phantom was made (${by.join(', ')}); = agrees, (…) the truth`,
    );
  }
  return lines.join('\n');
}
