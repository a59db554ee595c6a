import { GRADES } from '../../domain/grade.ts';
import type { Condition } from '../../domain/target.ts';
import type { PackName } from '../../shadow/compared-study.ts';
import type {
  AgreementFigures,
  ConditionFigures,
  PairFigures,
  ShadowComparison,
} from '../../shadow/shadow-comparison.ts';

const CONDITION_WORDS: Readonly<Record<Condition, string>> = {
  spinal_canal_stenosis: 'spinal canal stenosis',
  neural_foraminal_narrowing: 'neural foraminal narrowing (left and right)',
  subarticular_stenosis: 'subarticular stenosis (left and right)',
};

const FOOT = `Agreement is not accuracy: where two packs agree both may be wrong, and where they differ either may be right.
kappa: Cohen's, with quadratic weights (Cohen, Psychological Bulletin 1968); P: mean probability of Moderate or worse, over
what both packs graded. –: cannot be told, as where all have one grade.
`;

/** The comparison as a page of text. */
export function comparisonInWords({ since, pairs }: ShadowComparison): string {
  if (pairs.length === 0) return `No study was compared since ${minute(since)}: is SHADOW_PACK set?\n`;
  return `${pairs.map(pairInWords).join('\n')}\n${FOOT}`;
}

function pairInWords(pair: PairFigures): string {
  const { serving, shadow, studies, shadowMs } = pair;
  const names = [serving, shadow].map(({ name, version }) => `${name} ${version}`);
  const width = Math.max(...names.map(({ length }) => length));
  const pack = (what: string, i: number, { packSha256 }: PackName) =>
    `${what.padEnd(8)} ${names[i]!.padEnd(width)}  SHA-256 ${packSha256}`;
  const time =
    shadowMs.mean === null
      ? ''
      : `; the shadow took ${Math.round(shadowMs.mean)} ms a study, ${Math.round(shadowMs.longest!)} ms at most`;
  return [
    pack('serving', 0, serving),
    pack('shadow', 1, shadow),
    `${minute(pair.from)} to ${minute(pair.to)}: ${studies.compared} ${studies.compared === 1 ? 'study' : 'studies'} compared${time}`,
    `not compared: ineligible for serving alone ${studies['ineligible-serving']}, for shadow alone ${studies['ineligible-shadow']}, for both ${studies['ineligible-both']}; shadow failed ${studies.failed}, late ${studies.late}`,
    '',
    ...pair.conditions.flatMap(conditionLines),
  ].join('\n');
}

function conditionLines(figures: ConditionFigures): readonly string[] {
  const width = Math.max(...GRADES.map(({ length }) => length));
  const row = (head: string, cells: readonly (string | number)[]) =>
    `  ${head.padEnd(width + 8)}${cells.map((cell) => String(cell).padStart(width + 2)).join('')}`;
  return [
    `${CONDITION_WORDS[figures.condition]}`,
    row('serving \\ shadow', GRADES),
    ...figures.matrix.map((counts, grade) => row(GRADES[grade]!, counts)),
    '',
    LEVEL_HEAD,
    ...figures.levels.map((each) => levelLine(each.level, each)),
    levelLine('all', figures),
    '',
  ];
}

/** Of a level the matrix stands in one line: N/M/S of the shadow for each grade of the serving pack. */
const LEVEL_HEAD = `  ${'level'.padEnd(6)}${['targets', 'same', 'kappa', 'P serving', 'P shadow', 'one-sided']
  .map((head) => head.padStart(11))
  .join('')}   serving Normal, Moderate, Severe → shadow N/M/S`;

function levelLine(head: string, figures: AgreementFigures): string {
  const { targets, agreement, quadraticKappa, meanModerateOrWorse: mean, onlyServing, onlyShadow } = figures;
  const cells = [
    String(targets),
    ...[agreement, quadraticKappa, mean.serving, mean.shadow].map(decimal),
    String(onlyServing + onlyShadow),
  ];
  const matrix = figures.matrix.map((counts) => counts.join('/')).join('  ');
  return `  ${head.padEnd(6)}${cells.map((cell) => cell.padStart(11)).join('')}   ${matrix}`;
}

const decimal = (value: number | null) => (value === null ? '–' : value.toFixed(3));
const minute = (iso: string) => `${iso.slice(0, 16).replace('T', ' ')} UTC`;
