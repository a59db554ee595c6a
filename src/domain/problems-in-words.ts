/** What follows a colon: one problem on the same line, several on a line each. */
export function problemsInWords(problems: readonly string[]): string {
  const [only, ...others] = problems;
  return others.length === 0 ? ` ${only}` : `\n${problems.map((problem) => `  - ${problem}`).join('\n')}`;
}
