import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import { textValue, textValues } from '../../dicom/json/dicom-json-values.ts';
import type { AnyUid } from '../../domain/uid.ts';
import { unpaddedUid } from '../../domain/uid.ts';
import { ArchiveError } from '../archive.ts';
import { isAbsent } from '../archive-statuses.ts';
import type { ArchiveWays } from '../archive-ways.ts';
import type { OnPassedOver } from './passed-over.ts';
import { type FetchPage, isRefusal, type Query, type ShapedQueries } from './query-shape.ts';

/** What a query needs of an archive and of what is known of its ways. */
export interface QueryParts {
  readonly fetchPage: FetchPage;
  readonly queries: ShapedQueries;
  readonly ways: ArchiveWays;
  /** Whether the archive answers a query without filters; throws when not. */
  readonly ping: () => Promise<void>;
  readonly onPassedOver: OnPassedOver;
  /** A query that yields more is refused, so that memory stays bounded. */
  readonly maxResults: number;
}

/** What tells rows apart: the UID they are of, and what rows of one UID may differ in. */
export interface RowKeys {
  readonly uidTag: string;
  readonly uidName: string;
  readonly variantTags: readonly string[];
}

/** Rows by their UID: more than one where they say different things of it. */
export type Rows<Uid> = ReadonlyMap<Uid, readonly DicomJson[]>;

/**
 * Every row of a query, or so many of them as are asked for. Pages are asked for until one brings nothing new, as an
 * archive may cap a page below the limit asked for. Where the pages may have hidden rows, the query is made again
 * without an offset, for more and more rows. A row without a UID that can be asked for is passed over.
 */
export async function allRows<Uid extends AnyUid>(
  parts: QueryParts,
  query: Query,
  keys: RowKeys,
  atMost = Number.POSITIVE_INFINITY,
): Promise<Rows<Uid>> {
  const { ways, queries } = parts;
  const kept = rowKeeper<Uid>(keys);
  const readPage: ReadPage = async (limit, offset) => {
    const page = await pageOf(parts, query, Math.min(limit, atMost), offset);
    const added = page.filter((row) => kept.keep(row)).length;
    if (kept.rows.size > parts.maxResults) {
      throw new ArchiveError(`${query.call}: more than ${parts.maxResults} results`, { retryable: false });
    }
    return { length: page.length, added: kept.rows.size >= atMost ? 0 : added };
  };
  const useless = ways.has('offset-ignored');
  const paged = useless ? 'repeated' : await readPages(readPage, queries);
  const seen = kept.rows.size;
  if (paged !== 'whole' && seen < atMost) {
    const first = useless ? queries.pageSize : 2 * queries.pageSize;
    const shown = await readMoreAndMore(readPage, queries, first);
    if (!shown && paged !== 'likely-whole') {
      const where = `${query.call}: pages repeat, larger ones are refused`;
      parts.onPassedOver('rows-not-shown', query.study, where);
    }
    if (paged === 'repeated' && seen > 0 && kept.rows.size > seen) ways.found('offset-ignored');
  }
  tellOfOdd(parts, query, keys, kept);
  return new Map([...kept.rows].slice(0, atMost).map(([uid, variants]) => [uid, [...variants.values()]]));
}

function tellOfOdd(
  { onPassedOver }: QueryParts,
  { study, call }: Query,
  { uidName }: RowKeys,
  { unusable, nameless }: { readonly unusable: ReadonlySet<string>; readonly nameless: ReadonlySet<string> },
): void {
  if (unusable.size > 0) onPassedOver('uid-unusable', study, `${call}: ${uidName}`, unusable.size);
  if (nameless.size > 0) onPassedOver('row-unreadable', study, `${call}: no ${uidName}`, nameless.size);
}

type ReadPage = (limit: number, offset: number) => Promise<{ length: number; added: number }>;

/** The rows of one request; none where the archive says so by 404. */
async function pageOf(
  { fetchPage, queries, ways, ping }: QueryParts,
  query: Query,
  limit: number,
  offset: number,
): Promise<readonly DicomJson[]> {
  try {
    const page = await queries.page(fetchPage, query, limit, offset);
    if (query.study === null) ways.answered();
    return page;
  } catch (error) {
    if (!isAbsent(error)) throw error;
    if (offset > 0 || query.study !== null) return [];
    // Nothing matches, or nothing is there to ask.
    const answers = await ping().then(
      () => true,
      (fault: unknown) => {
        if (isAbsent(fault)) return false;
        throw fault;
      },
    );
    if (answers) ways.answered();
    // What answered before, and no longer does, is no empty hospital.
    if (!answers && ways.hasAnswered) throw error;
    ways.found(answers ? 'empty-page-not-found' : 'nothing-found-anywhere');
    return [];
  }
}

type Paged = 'whole' | 'likely-whole' | 'hiding' | 'repeated';

/**
 * Reads page after page until one brings nothing new. Rows may be missing when one came twice, so the order shifted
 * between pages and others were skipped; or when all seemed to end right after a full page, as it does with Orthanc
 * 1.10, which counts `offset` within the first `limit` matches when a filter such as ModalitiesInStudy is not in its
 * index. `likely-whole`: after more pages than one, so that offset did count. `repeated`: the second page was the first
 * again.
 */
async function readPages(readPage: ReadPage, queries: ShapedQueries): Promise<Paged> {
  let offset = 0;
  let previousWasFull = false;
  let doubled = false;
  for (;;) {
    const { length, added } = await readPage(queries.pageSize, offset);
    doubled ||= added < length;
    if (added === 0) {
      const first = offset === queries.pageSize;
      if (previousWasFull && first && length === offset) return 'repeated';
      if (doubled || (previousWasFull && first)) return 'hiding';
      return previousWasFull ? 'likely-whole' : 'whole';
    }
    previousWasFull = length === queries.pageSize;
    offset += length;
  }
}

/** False when the archive refuses to show more at a time before all is shown. */
async function readMoreAndMore(readPage: ReadPage, queries: ShapedQueries, first: number): Promise<boolean> {
  for (let limit = first; ; limit *= 2) {
    try {
      const { length } = await readPage(limit, 0);
      if (length < limit) return true;
    } catch (error) {
      if (limit > queries.pageSize && isRefusal(error)) return false;
      throw error;
    }
  }
}

function rowKeeper<Uid extends AnyUid>({ uidTag, variantTags }: RowKeys) {
  const rows = new Map<Uid, Map<string, DicomJson>>();
  // Whole rows, as the same one may come with several pages.
  const [unusable, nameless] = [new Set<string>(), new Set<string>()];
  return {
    rows,
    unusable,
    nameless,
    /** False when the same row was there before. */
    keep(row: DicomJson): boolean {
      const text = textValue(row, uidTag);
      if (text === null) return isNew(nameless, JSON.stringify(row));
      const uid = unpaddedUid<Uid>(text);
      if (uid === null) return isNew(unusable, text);
      const variants = rows.get(uid) ?? new Map<string, DicomJson>();
      const before = variants.size;
      variants.set(JSON.stringify(variantTags.map((tag) => textValues(row, tag))), row);
      rows.set(uid, variants);
      return variants.size > before;
    },
  };
}

function isNew(known: Set<string>, text: string): boolean {
  const before = known.size;
  return known.add(text).size > before;
}
