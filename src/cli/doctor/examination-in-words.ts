import type { Outcome } from './check.ts';
import type { Examination } from './examine-archive.ts';

const MARKS: Readonly<Record<Outcome, string>> = {
  found: 'found',
  'own-way': 'own way',
  lacking: 'lacking',
  missing: 'MISSING',
  'not-tried': 'not tried',
};

/** For people: each check on a line, then what to set, then the verdict. */
export function examinationText({ url, works, areas }: Examination): string {
  const checks = areas.flatMap((area) => area.checks);
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = areas.flatMap(({ area, checks }) => [
    '',
    area,
    ...checks.map(({ name, outcome, words, code }) => {
      const named = code === null || outcome === 'found' || name === code ? '' : ` [${code}]`;
      return `  ${name.padEnd(width)}  ${MARKS[outcome].padEnd(9)}  ${words}${named}`;
    }),
  ]);
  const advice = [...new Set(checks.flatMap((check) => check.advice ?? []))];
  return [
    `archive ${url}`,
    ...lines,
    ...(advice.length === 0 ? [] : ['', 'to do', ...advice.map((words) => `  - ${words}`)]),
    '',
    works ? 'The service can work with this archive.' : 'The service cannot work with this archive as it is.',
    '',
  ].join('\n');
}

/** As a table of docs/archives.md. */
export function examinationTable({ areas }: Examination): string {
  const cell = (words: string) => words.replaceAll('|', '\\|');
  const rows = areas.flatMap(({ area, checks }) =>
    checks.map(
      ({ name, outcome, words, code }) =>
        `| ${area} | ${cell(name)} | ${MARKS[outcome]} | ${cell(words)} | ${code === null ? '' : `\`${code}\``} |`,
    ),
  );
  return [
    '| area | looked for | | what was found | code |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
