import { CATALOGUE } from '../../../domain/catalogue.ts';
import { isUid } from '../../../domain/uid.ts';
import { ANALYSIS_STATES } from '../../../jobs/analysis-record.ts';
import { PRIORITIES } from '../../../jobs/analysis-request.ts';
import { ProblemError } from '../../problems/problem-error.ts';

/** What the form of the list asks, as its address has it; empty texts where nothing is asked. */
export interface AskedList {
  readonly state: readonly string[];
  readonly code: string;
  readonly priority: string;
  readonly trigger: string;
  readonly studyInstanceUid: string;
  readonly since: string;
  readonly until: string;
}

/** ISO 8601; as `datetime-local` writes it, which is UTC here. */
const MOMENT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/;

const oneOf = (words: readonly string[]) => (value: string) => words.includes(value);
const RULES: Readonly<Record<keyof AskedList, (value: string) => boolean>> = {
  state: oneOf(ANALYSIS_STATES),
  code: (value) => Object.hasOwn(CATALOGUE, value),
  priority: oneOf(PRIORITIES),
  trigger: oneOf(['api', 'watch', 'worklist']),
  studyInstanceUid: isUid,
  since: isMoment,
  until: isMoment,
};
/** Of the page itself. */
const BESIDE = ['cursor', 'done'];

/** @throws ProblemError `invalid-request` of what the list does not know; values are not repeated */
export function askedList(query: Readonly<Record<string, unknown>>): AskedList {
  for (const name of Object.keys(query)) {
    if (!Object.hasOwn(RULES, name) && !BESIDE.includes(name)) throw wrong('The list knows no such filter.');
  }
  const texts = (name: keyof AskedList): readonly string[] => {
    const said = [query[name] ?? []]
      .flat()
      .map(String)
      .filter((value) => value !== '');
    const value = said.map((each) => each.trim());
    if (!value.every(RULES[name])) throw wrong(`The filter ${name} does not have a value that it knows.`);
    return value;
  };
  const text = (name: keyof AskedList): string => {
    const [first = '', ...more] = texts(name);
    if (more.length > 0) throw wrong(`The filter ${name} is there more than once.`);
    return first;
  };
  return {
    state: texts('state'),
    code: text('code'),
    priority: text('priority'),
    trigger: text('trigger'),
    studyInstanceUid: text('studyInstanceUid'),
    since: text('since'),
    until: text('until'),
  };
}

/** The same for the ledger: what is not asked left out, moments with their zone. */
export function asFilter({ since, until, ...asked }: AskedList): Readonly<Record<string, unknown>> {
  const all = { ...asked, since: since && inUtc(since), until: until && inUtc(until) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

/** The address of the list with this asked. @param more beside the filter, such as a cursor */
export function listUrl(asked: AskedList, more: Readonly<Record<string, string>> = {}): string {
  const pairs = Object.entries({ ...asked, ...more }).flatMap(([name, value]) =>
    [value]
      .flat()
      .filter((each) => each !== '')
      .map((each) => [name, each] as [string, string]),
  );
  const query = new URLSearchParams(pairs).toString();
  return query === '' ? '/' : `/?${query}`;
}

const inUtc = (text: string): string =>
  /T/.test(text) && !/(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? `${text}Z` : text;

function isMoment(text: string): boolean {
  return MOMENT.test(text) && !Number.isNaN(Date.parse(inUtc(text)));
}

const wrong = (words: string) => new ProblemError('invalid-request', words);
