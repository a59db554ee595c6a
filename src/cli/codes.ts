import { CATALOGUE, type CatalogueEntry } from '../domain/catalogue.ts';

const KINDS: readonly (readonly [CatalogueEntry['kind'], heading: string, where: string])[] = [
  [
    'reason',
    'Reasons: the study is not analysed',
    '`reasonCodes` of an analysis, event `analysis-ineligible`, metric `spinegrade_ineligible_total`',
  ],
  ['warning', 'Warnings: it is analysed, with a shortcoming', '`warningCodes` of an analysis'],
  [
    'unmeasured',
    'Why a length or area of an analysed study is absent',
    '`absent` of each of the `measurements` of an analysis',
  ],
  [
    'series',
    'Of one series: what it is, and why it is chosen or turned down',
    '`reasonCodes` of each of the `series` of an analysis, and of `inspect`',
  ],
  [
    'fault',
    'Faults of a system, not of a study',
    '`failure.code` of an analysis; those that pass are tried again. Those with a status reach clients of the API, as the `type` of a problem',
  ],
  [
    'start',
    'What keeps the service from starting',
    'the last words of the process on standard error, in brackets',
  ],
  ['refusal', 'Why a request of the API is not answered as it was asked', '`type` of a problem (RFC 9457)'],
  ['passed-over', 'Left aside and told of', 'event `passed-over`, metric `spinegrade_passed_over_total`'],
  [
    'archive-way',
    'An archive’s own ways, found out and worked around',
    'event `archive-way-found`, metric `spinegrade_archive_ways`',
  ],
  [
    'workitem',
    'Of a step of a worklist, beside what is wrong with its study',
    'Procedure Step Discontinuation Reason Code Sequence of a canceled step; events `step-…`',
  ],
];

type Column = readonly [name: string, cell: (entry: readonly [code: string, CatalogueEntry]) => string];
const ALWAYS: readonly Column[] = [
  ['code', ([code]) => `\`${code}\``],
  ['meaning', ([, { meaning }]) => meaning],
];
const OF_SYSTEM: Column = [
  'runbook',
  ([, { runbook = '' }]) => `[${runbook}](runbook.md#${runbook.toLowerCase()})`,
];
const OF_FAULTS: readonly Column[] = [
  ['passes by itself', ([, { retryable }]) => (retryable ? 'yes' : 'no')],
  ['HTTP status', ([, { problem }]) => String(problem?.status ?? '')],
];

/** `docs/reasons.md`: every code of the catalogue with its meaning. */
export function codesPage(): string {
  const entries = Object.entries<CatalogueEntry>(CATALOGUE);
  const sections = KINDS.map(([kind, heading, where]) => {
    const columns = [
      ...ALWAYS,
      ...(kind === 'fault' || kind === 'refusal' ? OF_FAULTS : []),
      ...(kind === 'fault' || kind === 'start' ? [OF_SYSTEM] : []),
    ];
    const told = [tableRow(columns.map(([name]) => name)), tableRow(columns.map(() => '---'))];
    const rows = entries
      .filter(([, entry]) => entry.kind === kind)
      .map((entry) => tableRow(columns.map(([, cell]) => cell(entry))));
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

function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Prints the page. */
export async function codesCommand(): Promise<number> {
  process.stdout.write(codesPage());
  return 0;
}
