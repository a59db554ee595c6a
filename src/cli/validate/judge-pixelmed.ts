import { PRIVATE_SCHEME } from '../../sr/tree/coded-concepts.ts';
import { EVALUATIONS } from './evaluations.ts';
import { linesOf, withExitCode } from './judge-output.ts';
import type { Outcome, Verdict } from './verdict.ts';

/**
 * PixelMed: exits 0 whatever happened, so its own closing words must be there. Its templates of 2022 do not know the
 * qualitative evaluations of TID 1501 (rows 11 and 12): exactly `evaluations` warnings about them are right.
 */
export function judgePixelMed(
  { exitCode, output }: Outcome,
  template: string,
  evaluations: number,
): Pick<Verdict, 'errors' | 'warnings'> {
  const errors = linesOf(output, /^Error|Exception/);
  for (const words of [`Found Root Template ${template}`, 'IOD validation complete']) {
    if (!output.includes(words)) errors.push(`PixelMed did not say "${words}"`);
  }
  const known = new RegExp(
    `/CODE \\((${EVALUATIONS.map(({ value }) => value).join('|')}),${PRIVATE_SCHEME.designator},"[^"]*"\\): Content Item not in template$`,
  );
  const all = linesOf(output, /^Warning\b/);
  const warnings = all.filter((line) => !known.test(line));
  const met = all.length - warnings.length;
  if (met !== evaluations) {
    errors.push(`PixelMed met ${met} qualitative evaluations in measurement groups, expected ${evaluations}`);
  }
  return { errors: withExitCode(errors, exitCode), warnings };
}
