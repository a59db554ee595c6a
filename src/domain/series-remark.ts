import type { CodeOf } from './catalogue.ts';
import { CHOICE_SENTENCES } from './series-remarks/choice-sentences.ts';
import { CONTRAST_SENTENCES } from './series-remarks/contrast-sentences.ts';
import { IMAGE_SENTENCES } from './series-remarks/image-sentences.ts';
import { STACK_SENTENCES } from './series-remarks/stack-sentences.ts';
import { WHOLE_SERIES_SENTENCES } from './series-remarks/whole-series-sentences.ts';

/** The one place where what is said of a series becomes a sentence; free of patient data. */
const SENTENCES = {
  ...WHOLE_SERIES_SENTENCES,
  ...IMAGE_SENTENCES,
  ...STACK_SENTENCES,
  ...CONTRAST_SENTENCES,
  ...CHOICE_SENTENCES,
} satisfies Readonly<Record<Exclude<CodeOf<'series'>, 'another-set'>, (facts: never) => string>>;

type Sentences = typeof SENTENCES;
type FactsOf<Name extends keyof Sentences> =
  Parameters<Sentences[Name]> extends [infer Facts] ? Facts : Readonly<Record<string, never>>;

/** What was found of another set of the images of the same series. */
interface AnotherSet {
  readonly code: 'another-set';
  readonly facts: { readonly reasons: readonly SeriesRemark[] };
}

/** Something said of a series: what is stored and passed on is the code and its facts. */
export type SeriesRemark =
  | {
      readonly [Name in keyof Sentences]: { readonly code: Name; readonly facts: FactsOf<Name> };
    }[keyof Sentences]
  | AnotherSet;

/** Versions before codes stored sentences. */
export type StoredSeriesRemark = SeriesRemark | string;

/** A remark of its code and facts. */
export function seriesRemark<Name extends SeriesRemark['code']>(
  code: Name,
  facts: Extract<SeriesRemark, { readonly code: Name }>['facts'],
): SeriesRemark {
  // The type pairs each code with its facts.
  return { code, facts } as SeriesRemark;
}

/** The sentence of a remark. */
export function seriesInWords(said: StoredSeriesRemark): string {
  if (typeof said === 'string') return said;
  if (said.code === 'another-set') return `another set: ${said.facts.reasons.map(seriesInWords).join(', ')}`;
  // The type pairs each code with its facts.
  return (SENTENCES[said.code] as (facts: unknown) => string)(said.facts);
}
