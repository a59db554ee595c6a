import type { Verdict } from './verdict.ts';

/** What one validator said, a line and its messages below it. */
export function verdictInWords({ validator, installed, errors, warnings }: Verdict): string {
  if (!installed) return `  ${validator}: not installed, not checked\n`;
  const counts = [counted(errors.length, 'error'), counted(warnings.length, 'warning')].filter(
    (text) => text !== null,
  );
  const lines = [...errors, ...warnings].map((line) => `    ${line}\n`);
  return `  ${validator}: ${counts.length === 0 ? 'clean' : counts.join(', ')}\n${lines.join('')}`;
}

function counted(count: number, word: string): string | null {
  return count === 0 ? null : `${count} ${word}${count === 1 ? '' : 's'}`;
}
