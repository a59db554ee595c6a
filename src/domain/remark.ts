import { type BeyondLimit, limitInWords } from './beyond-limit.ts';
import { CATALOGUE, type Code, type CodeOf } from './catalogue.ts';
import { type Disagreement, disagreementsInWords } from './disagreement.ts';
import { contextInWords, type IncompleteContext } from './incomplete-context.ts';
import type { Level } from './level.ts';
import { type NotLumbar, notLumbarInWords } from './not-lumbar.ts';
import { numberingInWords } from './numbering-doubt.ts';
import { type SeriesRemark, type StoredSeriesRemark, seriesInWords, seriesRemark } from './series-remark.ts';
import type { StackGap } from './series-remarks/stack-sentences.ts';
import { ROLE_NAMES, type SeriesRole } from './series-role.ts';
import { type UnreadPlaces, unreadPlacesInWords } from './unread-places.ts';
import { fileInWords, type UnreadableFile } from './unreadable-file.ts';

/** Why nothing was used for a role: a series is never said to be absent that is there. */
export type WhyUnused =
  /** Series that could have the role, by their numbers (UIDs where they have none). */
  | { readonly kind: 'other-frame-of-reference'; readonly series: readonly (number | string)[] }
  /** `faulty`: those that could not be read or hold broken images; in words where an earlier version kept it. */
  | { readonly kind: 'none-qualifies'; readonly faulty: readonly (FaultySeries | string)[] };

/** A series, by its number or its UID where it has none, with what is wrong with it. */
export interface FaultySeries {
  readonly series: number | string;
  readonly because: SeriesRemark;
}

interface OfRole {
  readonly why: WhyUnused;
}
interface OfSeries {
  readonly role: SeriesRole;
  /** Its number, or its UID where it has none. */
  readonly series: number | string;
}
/** As versions before facts stored it, and where only words are to be had. */
interface InWords {
  readonly words: string;
}

/** The one place where reasons and warnings become sentences; free of patient data. A sentence says what its facts are. */
const SENTENCES = {
  'contradicting-patients': ({ attributes }: { readonly attributes: readonly string[] }) =>
    `the images of this study contradict each other about whose they are: ${attributes.join(', ')}`,
  'not-in-archive': () => 'the archive holds no series of this study',
  'no-sagittal-t1': ({ why }: OfRole) => unused('sagittal-t1', why),
  'no-sagittal-t2': ({ why }: OfRole) => unused('sagittal-t2', why),
  'no-axial-t2': ({ why }: OfRole) => unused('axial-t2', why),
  'frames-too-large': ({ series, limit }: { readonly series: number | string; readonly limit: number }) =>
    `series ${series} has images of more pixels than the limit of ${limit} a frame`,
  'beyond-limit': (beyond: BeyondLimit | InWords) =>
    'words' in beyond ? beyond.words : limitInWords(beyond),
  /** In the parser's or decoder's words, which name instance and attribute. */
  'image-unreadable': ({ words }: InWords) => words,
  'file-unreadable': (of: UnreadableFile) => fileInWords(of),
  'no-lumbar-spine': (seen: NotLumbar | InWords) =>
    `sagittal T2: ${'words' in seen ? seen.words : notLumbarInWords(seen)}`,
  'discs-not-found': ({
    levels,
    confidence,
  }: {
    readonly levels: readonly Level[];
    readonly confidence: number;
  }) => `sagittal T2: disc ${levels.join(', ')} not found with confidence ${confidence} or more`,
  'nothing-graded': unreadInWords,

  'without-sagittal-t1': ({ why }: OfRole) => readWithout('sagittal-t1', why),
  'without-sagittal-t2': ({ why }: OfRole) => readWithout('sagittal-t2', why),
  'without-axial-t2': ({ why }: OfRole) => readWithout('axial-t2', why),
  'slices-missing': ({ role, series, gap }: OfSeries & { readonly gap: StackGap | string }) =>
    `The stack of ${ROLE_NAMES[role]} (series ${series}) is incomplete: ${gapInWords(gap)}.`,
  'contrast-from-pixels': ({ role, series }: OfSeries) => {
    const alike = role === 'sagittal-t1' ? 'proton density-weighted' : 'fluid-suppressed (FLAIR)';
    return `Only its pixels tell the contrast of ${ROLE_NAMES[role]} (series ${series}): that it is not ${alike} is not known.`;
  },
  'shared-sop-instance-uids': ({ count }: { readonly count: number }) =>
    `${count} SOP Instance ${count === 1 ? 'UID names' : 'UIDs name'} images of more than one series: the results keep them apart, a viewer may not.`,
  'sacrum-not-seen': () =>
    'The S1/S2 disc remnant was not seen below L5/S1: level numbering is less certain.',
  'numbering-uncertain': numberingInWords,
  'not-read': unreadInWords,
  'context-incomplete': (lacks: IncompleteContext | InWords) =>
    'words' in lacks ? lacks.words : contextInWords(lacks),
  'measured-otherwise': ({ disagreements }: { readonly disagreements: readonly Disagreement[] }) =>
    disagreementsInWords(disagreements),
  'composed-anew': () => CATALOGUE['composed-anew'].meaning,
  'result-uid-taken': () => CATALOGUE['result-uid-taken'].meaning,
} satisfies Readonly<Record<CodeOf<'reason' | 'warning'>, (facts: never) => string>>;

export type RemarkCode = keyof typeof SENTENCES;
export type FactsOf<Name extends RemarkCode> =
  Parameters<(typeof SENTENCES)[Name]> extends [infer Facts] ? Facts : Readonly<Record<string, never>>;

/** Something said of a study: what is stored and passed on is the code and its facts. */
export type Remark<Name extends RemarkCode = RemarkCode> = {
  readonly [Each in Name]: { readonly code: Each; readonly facts: FactsOf<Each> };
}[Name];
/** Why a study is not analysed. */
export type Reason = Remark<CodeOf<'reason'>>;
/** A shortcoming that did not prevent its analysis. */
export type Warning = Remark<CodeOf<'warning'>>;

/** A remark of its code and facts. */
export function remark<Name extends RemarkCode>(code: Name, facts: FactsOf<Name>): Remark<Name> {
  return { code, facts } as Remark<Name>;
}

/** Versions before codes stored sentences. */
export type StoredRemark = Remark | string;
/** Of a study or of one series of it. */
export type Said = StoredRemark | StoredSeriesRemark;

/** The sentence of a remark. */
export function inWords(said: Said): string {
  if (typeof said === 'string' || !isOfStudy(said)) return seriesInWords(said);
  // The type pairs each code with its facts.
  return (SENTENCES[said.code] as (facts: unknown) => string)(said.facts);
}

function isOfStudy(said: Remark | SeriesRemark): said is Remark {
  return Object.hasOwn(SENTENCES, said.code);
}

/** Null for what an earlier version stored in words. */
export function codeOf(said: Said): Code | null {
  return typeof said === 'string' ? null : said.code;
}

function readWithout(role: SeriesRole, why: WhyUnused): string {
  return `${capitalised(unused(role, why))}: what is read there was read without it.`;
}

function unused(role: SeriesRole, why: WhyUnused): string {
  const name = ROLE_NAMES[role];
  if (why.kind === 'none-qualifies') {
    const faults = why.faulty.length === 0 ? '' : ` (${why.faulty.map(faultInWords).join('; ')})`;
    return `no series qualifies as ${name}${faults}`;
  }
  return `${name} is there (series ${why.series.join(', ')}) but lies in another frame of reference than the other series, and is not used`;
}

function unreadInWords(unread: UnreadPlaces | InWords): string {
  return 'words' in unread ? unread.words : unreadPlacesInWords(unread);
}

function gapInWords(gap: StackGap | string): string {
  return typeof gap === 'string' ? gap : seriesInWords(seriesRemark('stack-gap', gap));
}

function faultInWords(fault: FaultySeries | string): string {
  return typeof fault === 'string' ? fault : `series ${fault.series}: ${seriesInWords(fault.because)}`;
}

/** With a capital at its beginning. */
export function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
