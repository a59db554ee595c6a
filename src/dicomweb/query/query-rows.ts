import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import type { AnyUid } from '../../domain/uid.ts';
import { ArchiveError } from '../archive.ts';
import { type QueryParts, queryPage } from './query-page.ts';
import type { Query } from './query-shape.ts';
import { type ReadPage, readMoreAndMore, readPages } from './read-pages.ts';
import { type RowKeys, rowKeeper } from './row-keeper.ts';

/** Rows by their UID: more than one where they say different things of it. */
export type Rows<Uid> = ReadonlyMap<Uid, readonly DicomJson[]>;

/**
 * Every row of a query, or so many of them as are asked for. Pages are asked for until one brings nothing new, as an
 * archive may cap a page below the limit asked for. Where the pages may have hidden rows, the query is made again
 * without an offset, for more and more rows. A row without a UID that can be asked for is passed over.
 * @param options `onFirst` is told of the first row of every UID as it arrives.
 */
export async function allRows<Uid extends AnyUid>(
  parts: QueryParts,
  query: Query,
  keys: RowKeys,
  {
    atMost = Number.POSITIVE_INFINITY,
    onFirst,
  }: { readonly atMost?: number | undefined; readonly onFirst?: (uid: Uid, row: DicomJson) => void } = {},
): Promise<Rows<Uid>> {
  const { ways, queries } = parts;
  const kept = rowKeeper<Uid>(keys, onFirst);
  const readPage: ReadPage = async (limit, offset) => {
    const page = await queryPage(parts, query, Math.min(limit, atMost), offset);
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
