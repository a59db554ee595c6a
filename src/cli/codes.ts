import { CATALOGUE, type CatalogueEntry } from '../domain/catalogue.ts';

const KINDS: readonly (readonly [CatalogueEntry['kind'], heading: string, where: string])[] = [
  [
    'reason',
    'Reasons: the study is not analysed',
    '`reasonCodes` of an analysis, event `analysis-ineligible`, metric `spinegrade_ineligible_total`',
  ],
  ['warning', 'Warnings: it is analysed, with a shortcoming', '`warningCodes` of an analysis'],
  [
    'series',
    'Of one series: what it is, and why it is chosen or turned down',
    '`reasonCodes` of each of the `series` of an analysis, and of `inspect`',
  ],
  [
    'fault',
    'Faults of a system, not of a study',
    '`failure.code` of an analysis; those that pass are tried again',
  ],
  ['passed-over', 'Left aside and told of', 'event `passed-over`, metric `spinegrade_passed_over_total`'],
  [
    'archive-way',
    'An archive’s own ways, found out and worked around',
    'event `archive-way-found`, metric `spinegrade_archive_ways`',
  ],
];

/** `docs/reasons.md`: every code of the catalogue with its meaning. */
export function codesPage(): string {
  const entries = Object.entries<CatalogueEntry>(CATALOGUE);
  const sections = KINDS.map(([kind, heading, where]) => {
    const told =
      kind === 'fault'
        ? ['| code | meaning | passes by itself |', '| --- | --- | --- |']
        : ['| code | meaning |', '| --- | --- |'];
    const rows = entries
      .filter(([, entry]) => entry.kind === kind)
      .map(([code, { meaning, retryable }]) => {
        const passes = kind === 'fault' ? ` ${retryable ? 'yes' : 'no'} |` : '';
        return `| \`${code}\` | ${meaning} |${passes}`;
      });
    return [`## ${heading}`, '', `Told in: ${where}.`, '', ...told, ...rows, ''].join('\n');
  });
  const about = [
    '# Codes',
    '',
    'Every reason, warning and fault has a code that does not change with its words. Made of `src/domain/catalogue.ts` by',
    '`npm run -s cli -- codes > docs/reasons.md`; a test holds the two together.',
    '',
  ];
  return [...about, ...sections].join('\n');
}

/** Prints the page. */
export async function codesCommand(): Promise<number> {
  process.stdout.write(codesPage());
  return 0;
}
